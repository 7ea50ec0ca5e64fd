using System.Diagnostics;
using Ax2.Captions.Speech;
using Ax2.Local;
using Ax2.TestKit;
using Ax2.TestKit.Cluster;
using Xunit;

namespace Ax2.Hosting;

/// <summary>A silo whose start is refused says why in one line, and ends.</summary>
[NeedsProcesses]
[Collection(Tests.Cluster.AloneCollection.Name)]
public sealed class RefusedStartTests : IDisposable
{
    private readonly string folder = Directory.CreateTempSubdirectory("ax2-refused-").FullName;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public void Dispose() => Directory.Delete(folder, recursive: true);

    /// <summary>The file loads as a model, and the silo came up with it and recognised nothing.</summary>
    [Fact]
    public async Task Start_ModelWithZeroedBytes_IsRefusedByItsHash()
    {
        var models = await Prepared.SpeechModelsAsync(Cancel);
        foreach (var file in Directory.EnumerateFiles(models, "*", SearchOption.AllDirectories))
        {
            var copy = Path.Combine(folder, Path.GetRelativePath(models, file));
            Directory.CreateDirectory(Path.GetDirectoryName(copy)!);
            File.Copy(file, copy);
        }

        Assert.Null(new ModelFiles(folder).Fault());
        await using (var model = File.OpenWrite(new ModelFiles(folder).Decoder))
        {
            model.Seek(model.Length / 2, SeekOrigin.Begin);
            model.Write(new byte[4096]);
        }

        var (code, errors) = await StartSiloAsync(new() { ["Speech__Embedded__ModelFolder"] = folder });

        Assert.Equal(1, code);
        Assert.Contains("decoder_model_merged.onnx", OneLine(errors), StringComparison.Ordinal);
        Assert.DoesNotContain("encoder_model.onnx", OneLine(errors), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Start_SettingThatIsWrong_IsRefusedByItsName()
    {
        var (code, errors) = await StartSiloAsync(new()
        {
            ["Speech__Embedded__ModelFolder"] = await Prepared.SpeechModelsAsync(Cancel),
            ["Speech__Embedded__Threads"] = "-1",
        });

        Assert.Equal(1, code);
        Assert.Contains("Speech:Embedded:Threads", OneLine(errors), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Start_SettingsOfTwoKindsThatAreWrong_IsRefusedByBoth()
    {
        var (code, errors) = await StartSiloAsync(new()
        {
            ["Speech__Embedded__ModelFolder"] = await Prepared.SpeechModelsAsync(Cancel),
            ["Speech__Embedded__Threads"] = "-1",
            ["Postgres__MigrationPatience"] = "00:00:00",
        });

        Assert.Equal(1, code);
        Assert.Contains("Speech:Embedded:Threads", OneLine(errors), StringComparison.Ordinal);
        Assert.Contains("Postgres:MigrationPatience", OneLine(errors), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Start_WithAnotherKeyUnderTheSameId_IsRefusedUntilTheRightOneIsBack()
    {
        await using var cluster = await LocalCluster.StartAsync(new LocalClusterOptions(), Cancel);
        var silo = cluster.Silos[0];
        var layout = new LocalLayout(Ax2Home.RepositoryRoot, cluster.Folder, 0);
        var right = await File.ReadAllBytesAsync(layout.StateKeyFile, Cancel);
        await silo.StopAsync(Cancel);
        var before = (await File.ReadAllTextAsync(silo.Log, Cancel)).Length;

        await File.WriteAllTextAsync(layout.StateKeyFile, SecretFiles.Random(), Cancel);
        await Assert.ThrowsAsync<SetupException>(() => silo.StartAsync(Cancel));
        var log = (await File.ReadAllTextAsync(silo.Log, Cancel))[before..];
        await File.WriteAllBytesAsync(layout.StateKeyFile, right, Cancel);
        await silo.StartAsync(Cancel);

        Assert.DoesNotContain("   at ", log, StringComparison.Ordinal);
        Assert.Contains("The start is refused. Secrets:Keys", log, StringComparison.Ordinal);
    }

    /// <summary>Of a silo that never asks its database, which is nowhere.</summary>
    private async Task<(int Code, string Errors)> StartSiloAsync(Dictionary<string, string> settings)
    {
        var layout = new LocalLayout(Ax2Home.RepositoryRoot, folder, FreePorts.FindRun(13));
        await ServicesBuild.EnsureAsync(layout, new Progress<string>(), TimeProvider.System, Cancel);
        SecretFiles.Ensure(layout);
        var plan = StackPlan.Silo(layout, 0, silos: 1, "Host=127.0.0.1;Port=1", []);
        var start = new ProcessStartInfo("dotnet", [plan.Program])
        {
            WorkingDirectory = plan.Folder,
            RedirectStandardError = true,
            RedirectStandardOutput = true,
        };
        foreach (var (name, value) in plan.Environment.Concat(settings))
        {
            start.Environment[name] = value;
        }

        using var silo = Process.Start(start)!;
        var output = silo.StandardOutput.ReadToEndAsync(Cancel);
        var errors = await silo.StandardError.ReadToEndAsync(Cancel);
        await silo.WaitForExitAsync(Cancel);
        await output;
        return (silo.ExitCode, errors);
    }

    private static string OneLine(string errors)
    {
        var line = Assert.Single(errors.Split('\n', StringSplitOptions.RemoveEmptyEntries));
        Assert.Matches(@"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z The start is refused\. ", line);
        return line;
    }
}
