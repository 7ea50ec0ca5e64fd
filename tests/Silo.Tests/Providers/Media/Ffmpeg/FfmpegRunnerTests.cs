using Ax2.TestKit;
using Ax2.TestKit.Media;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using Xunit;

namespace Ax2.Media;

[NeedsProcesses]
public sealed class FfmpegRunnerTests(FfmpegFixture tools) : IClassFixture<FfmpegFixture>
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private async Task<string> ShellAsync(string script) =>
        (await tools.Runner.RunAsync("/bin/sh", ["-c", script], Token)).Output;

    [Fact]
    public async Task Run_Environment_HoldsNoSecretOfTheSilo()
    {
        Environment.SetEnvironmentVariable("AX2_TEST_SECRET", "hidden");
        var names = (await ShellAsync("env | cut -d= -f1")).Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.Empty(names.Except(["PATH", "HOME", "TMPDIR", "LC_ALL", "PWD", "OLDPWD", "SHLVL", "_"]));
    }

    [Fact]
    public async Task Run_Folder_IsItsOwnAndGoesWithIt()
    {
        var folder = (await ShellAsync("pwd; ls -a")).Split('\n');
        Assert.StartsWith(tools.Options.TemporaryFolder, folder[0], StringComparison.Ordinal);
        Assert.Equal([".", "..", ""], folder[1..]);
        Assert.False(Directory.Exists(folder[0]));
        Assert.NotEqual(folder[0], (await ShellAsync("pwd")).Trim());
    }

    [Fact]
    public async Task Run_Limits_AreSet()
    {
        const string show = "echo $(ulimit -c) $(ulimit -f) $(ulimit -n) $(ulimit -t)";
        Assert.Equal("0 0 64 3600", (await ShellAsync(show)).Trim());
        if (OperatingSystem.IsLinux()) Assert.Equal("1048576", (await ShellAsync("ulimit -v")).Trim());
        Assert.Equal("", await ShellAsync("echo text > file && cat file"));
    }

    [Fact]
    public async Task Run_OnLinux_HasNoPrivilegesAndNoNetwork()
    {
        if (!OperatingSystem.IsLinux()) Assert.Skip("Only Linux confines a process this far.");
        var status = await ShellAsync("cat /proc/self/status");
        Assert.Contains("NoNewPrivs:\t1", status, StringComparison.Ordinal);
        if (Environment.UserName != "root") Assert.Skip("The network is taken away where the kernel lets us: as root.");
        Assert.Contains("CapEff:\t0000000000000000", status, StringComparison.Ordinal);
        Assert.Equal("lo", (await ShellAsync("tail -n +3 /proc/net/dev | cut -d: -f1")).Trim());
    }

    [Fact]
    public async Task Run_EndlessOutput_IsCutOff()
    {
        Assert.InRange((await ShellAsync("while :; do echo aaaaaaaaaaaaaaaaaaaa; done")).Length, 1, 4 * 1024 * 1024);
        const string complain = "head -c 9000000 /dev/zero | tr '\\0' e >&2";
        var result = await tools.Runner.RunAsync("/bin/sh", ["-c", complain], Token);
        Assert.InRange(result.Errors.Length, 1000, 200_000);
    }

    [Fact]
    public async Task Run_Cancelled_KillsTheTool()
    {
        using var source = new CancellationTokenSource();
        await using var run = await tools.Runner.StartAsync("/bin/sh", ["-c", "echo ready; exec sleep 600"]);
        await run.Output.ReadExactlyAsync(new byte[6], Token);
        run.Kill();
        Assert.Equal(128 + 9, (await run.EndAsync()).ExitCode);
    }

    [Fact]
    public void Start_FoldersOfADeadProcess_AreRemovedAndThoseOfALivingStay()
    {
        var root = tools.Maker.PathOf("swept");
        using var living = new RunFolders(root);
        var kept = living.Create();
        var dead = Directory.CreateDirectory(Path.Combine(root, "dead", "1")).FullName;
        File.WriteAllText(Path.Combine(dead, "left.pcm"), "");
        File.WriteAllText(Path.Combine(root, "dead.lock"), "");

        new RunFolders(root).Dispose();

        Assert.True(Directory.Exists(kept));
        Assert.Single(Directory.GetDirectories(root));
        Assert.Single(Directory.GetFiles(root));
    }

    [Theory]
    [InlineData("FfmpegPath", "ffmpeg-that-is-not-there", "apt-get install ffmpeg")]
    [InlineData("FfprobePath", "/nowhere/ffprobe", "brew install ffmpeg")]
    [InlineData("ProbeTimeout", "-00:00:01", "zero is no limit")]
    [InlineData("MaxDecodeErrorRate", "2", "from 0 to 1")]
    public void Register_UnusableOption_FailsWithWhatToDo(string option, string value, string advice)
    {
        var configuration = new ConfigurationBuilder()
            .AddInMemoryCollection([new($"{FfmpegOptions.Section}:{option}", value)]).Build();
        using var services = new ServiceCollection().AddLogging().AddFfmpeg(configuration).BuildServiceProvider();
        var failure = Assert.Throws<OptionsValidationException>(
            () => services.GetRequiredService<IOptions<FfmpegOptions>>().Value);
        Assert.Contains(advice, failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Start_ToolThatDoesNotRun_FailsAtOnce()
    {
        using var runner = FfmpegFixture.Start(new FfmpegOptions
        {
            FfmpegPath = tools.Maker.Write("no-program", "plain text"),
            TemporaryFolder = tools.Maker.PathOf("failing"),
        });
        await Assert.ThrowsAsync<RefusedStartException>(runner.OpenAsync);
    }
}
