using System.Diagnostics;
using System.Globalization;

namespace Ax2.Local;

/// <summary>Runs the test programs one after the other, the quick ones first.</summary>
internal sealed class TestRun(LocalLayout layout, TextWriter output, TimeProvider time)
{
    private static readonly string[] QuickFirst =
        ["Repo.Tests", "Grains.Tests", "Api.Tests", "Silo.Tests", "EndToEnd.Tests"];
    private static readonly string[] Browsers =
        ["chromium", "chromium-browser", "google-chrome", "google-chrome-stable"];

    /// <summary>Of one test program; then it is ended and counts as failed.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(20);
    /// <summary>A test that takes longer is named, so that a hanging one can be told.</summary>
    private const int LongRunningSeconds = 120;

    public async Task<TestTally> RunAsync(string? filter, CancellationToken cancellationToken)
    {
        var sum = TestTally.Zero;
        foreach (var name in Projects())
        {
            var since = time.GetTimestamp();
            output.WriteLine($"=== {name}");
            output.Flush();
            var tally = await RunAsync(name, filter, cancellationToken);
            var seconds = time.GetElapsedTime(since).TotalSeconds;
            output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"=== {name}: {tally} in {seconds:0.0} s"));
            sum += tally;
        }
        return sum;
    }

    private IEnumerable<string> Projects() => Directory
        .GetDirectories(Path.Combine(layout.Repository, "tests"), "*.Tests")
        .Select(folder => Path.GetFileName(folder))
        .Where(name => File.Exists(Path.Combine(layout.Repository, "tests", name, name + ".csproj")))
        .OrderBy(name => Array.IndexOf(QuickFirst, name) is >= 0 and var place ? place : QuickFirst.Length)
        .ThenBy(name => name, StringComparer.Ordinal);

    private async Task<TestTally> RunAsync(string name, string? filter, CancellationToken cancellationToken)
    {
        var folder = Path.Combine(layout.Repository, "tests", name, "bin", "Release", "net10.0");
        var report = Path.Combine(folder, "TestResults", "ctrf.json");
        Directory.CreateDirectory(Path.GetDirectoryName(report)!);
        File.Delete(report);
        var exitCode = await RunAsync(Start(folder, name, report, filter), cancellationToken);
        var text = File.Exists(report) ? await File.ReadAllTextAsync(report, cancellationToken) : null;
        return TestTally.Of(exitCode, text);
    }

    private async Task<int> RunAsync(ProcessStartInfo start, CancellationToken cancellationToken)
    {
        using var limit = new CancellationTokenSource(Patience, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellationToken);
        using var process = Process.Start(start) ?? throw new SetupException($"Could not start {start.FileName}.");
        try
        {
            await process.WaitForExitAsync(either.Token);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            output.WriteLine($"ended after {Patience.TotalMinutes:0} minutes");
        }
        finally
        {
            if (!process.HasExited)
                process.Kill(entireProcessTree: true);
        }
        await process.WaitForExitAsync(cancellationToken);
        return process.ExitCode;
    }

    private ProcessStartInfo Start(string folder, string name, string report, string? filter)
    {
        List<string> arguments =
            ["-noLogo", "-noAutoReporters", "-longRunning", $"{LongRunningSeconds}", "-result-ctrf", report];
        if (filter is not null)
            arguments.AddRange(filter.StartsWith('/') ? ["-filter", filter] : ["-method", $"*{filter}*"]);
        if (Console.IsOutputRedirected)
            arguments.Add("-noColor");
        var start = new ProcessStartInfo(Path.Combine(folder, "Ax2." + name), arguments)
        {
            WorkingDirectory = layout.Repository,
        };
        start.Environment["AX2_HOME"] = layout.Home;
        if (string.IsNullOrEmpty(Environment.GetEnvironmentVariable("CHROMIUM_PATH"))
            && Browsers.Select(SystemPackage.OnPath).FirstOrDefault(path => path is not null) is { } browser)
            start.Environment["CHROMIUM_PATH"] = browser;
        return start;
    }
}
