using System.CommandLine;
using System.Diagnostics;

namespace Ax2.Local.Commands;

internal static class BenchCommand
{
    private static readonly Argument<string[]> Arguments = new("arguments")
    {
        Description = "NAME [--quick] [--json FILE]; nothing lists the names.",
        Arity = ArgumentArity.ZeroOrMore,
        CaptureRemainingTokens = true,
    };

    private static readonly TimeSpan StopTimeout = TimeSpan.FromMinutes(3);

    public static CliCommand Create()
    {
        var command = new CliCommand("bench", "Build and run a benchmark.") { Arguments };
        command.SetAction((arguments, cancellationToken) =>
            RunAsync(arguments.GetValue(Arguments) ?? [], TimeProvider.System, cancellationToken));
        return command;
    }

    private static async Task<int> RunAsync(string[] arguments, TimeProvider time, CancellationToken cancellationToken)
    {
        const string Project = "tests/Benchmarks";
        var layout = LocalLayout.Current();
        await LocalSetup.EnsureAsync(layout, yes: false, time, cancellationToken);
        await DotnetBuild.RunAsync(layout, Project + "/Benchmarks.csproj", cancellationToken);
        var program = Path.Combine(layout.Repository, Project, "bin", "Release", "net10.0", "Ax2.Benchmarks");
        var start = new ProcessStartInfo(program, arguments);
        start.Environment["AX2_HOME"] = layout.Home;
        using var process = Process.Start(start) ?? throw new SetupException($"Could not start {program}.");
        try
        {
            await process.WaitForExitAsync(cancellationToken);
        }
        finally
        {
            // It stops what it started itself.
            if (ProcessIdentity.Of(process.Id) is { } running)
                await Signals.StopAsync(running, StopTimeout, time);
        }
        return process.ExitCode;
    }
}
