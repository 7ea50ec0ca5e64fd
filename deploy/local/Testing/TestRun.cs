using System.Diagnostics;
using System.Globalization;

namespace Ax2.Local;

/// <summary>Runs the test programs one after the other, the quick ones first.</summary>
internal sealed class TestRun(LocalLayout layout, TestSelection selection, TextWriter output, TimeProvider time)
{
    /// <summary>Of one test program; then it is ended and counts as failed.</summary>
    private static readonly TimeSpan Timeout = TimeSpan.FromMinutes(20);
    /// <summary>A test that takes longer is named, so that a hanging one can be found.</summary>
    private const int LongRunningSeconds = 120;

    public async Task<TestTally> RunAsync(CancellationToken cancellationToken)
    {
        var sum = TestTally.Zero;
        foreach (var name in selection.Projects(layout.Repository))
        {
            var since = time.GetTimestamp();
            output.WriteLine($"=== {name}");
            output.Flush();
            var tally = await RunAsync(name, cancellationToken);
            var seconds = time.GetElapsedTime(since).TotalSeconds;
            output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"=== {name}: {tally} in {seconds:0.0} s"));
            sum += tally;
        }
        return sum;
    }

    private async Task<TestTally> RunAsync(string name, CancellationToken cancellationToken)
    {
        var folder = Path.Combine(layout.Repository, "tests", name, "bin", "Release", "net10.0");
        var report = Path.Combine(folder, "TestResults", "ctrf.json");
        Directory.CreateDirectory(Path.GetDirectoryName(report)!);
        File.Delete(report);
        var exitCode = await RunAsync(Start(folder, name, report), cancellationToken);
        var text = File.Exists(report) ? await File.ReadAllTextAsync(report, cancellationToken) : null;
        return TestTally.Of(exitCode, text);
    }

    private async Task<int> RunAsync(ProcessStartInfo start, CancellationToken cancellationToken)
    {
        using var limit = new CancellationTokenSource(Timeout, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellationToken);
        using var process = Process.Start(start) ?? throw new SetupException($"Could not start {start.FileName}.");
        try
        {
            await process.WaitForExitAsync(either.Token);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            output.WriteLine($"ended after {Timeout.TotalMinutes:0} minutes");
        }
        finally
        {
            if (!process.HasExited)
                process.Kill(entireProcessTree: true);
        }
        await process.WaitForExitAsync(cancellationToken);
        return process.ExitCode;
    }

    private ProcessStartInfo Start(string folder, string name, string report)
    {
        List<string> arguments =
        [
            .. selection.Arguments(),
            "-noLogo", "-noAutoReporters", "-longRunning", $"{LongRunningSeconds}", "-result-ctrf", report,
        ];
        if (Console.IsOutputRedirected)
            arguments.Add("-noColor");
        var start = new ProcessStartInfo(Path.Combine(folder, "Ax2." + name), arguments)
        {
            WorkingDirectory = layout.Repository,
        };
        start.Environment["AX2_HOME"] = layout.Home;
        if (SystemPackage.FindBrowser() is { } browser)
            start.Environment["CHROMIUM_PATH"] = browser;
        return start;
    }
}
