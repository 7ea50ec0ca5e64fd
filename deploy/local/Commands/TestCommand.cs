using System.CommandLine;

namespace Ax2.Local.Commands;

internal static class TestCommand
{
    private static readonly Option<string?> Filter = new("--filter")
    {
        Description = "Only tests whose full name contains this, or that an xUnit query (it begins with /) selects.",
        HelpName = "TEXT",
    };

    public static CliCommand Create()
    {
        var command = new CliCommand("test", "Build and run every test; the last line is 'N passed, N failed'.");
        command.Add(Filter);
        command.SetAction((arguments, cancellationToken) =>
            RunAsync(arguments.GetValue(Filter), TimeProvider.System, cancellationToken));
        return command;
    }

    private static async Task<int> RunAsync(string? filter, TimeProvider time, CancellationToken cancellationToken)
    {
        var layout = LocalLayout.Current();
        await LocalSetup.EnsureAsync(layout, time, cancellationToken);
        await Console.Error.WriteLineAsync("ax2: building the tests …");
        await DotnetBuild.RunAsync(layout, "Ax2Caption.slnx", cancellationToken);
        var tally = await new TestRun(layout, Console.Out, time).RunAsync(filter, cancellationToken);
        if (tally.Ran == 0)
            await Console.Error.WriteLineAsync("ax2: no test ran");
        Console.WriteLine(tally);
        return tally.IsGreen ? ExitCodes.Ok : ExitCodes.Failed;
    }
}
