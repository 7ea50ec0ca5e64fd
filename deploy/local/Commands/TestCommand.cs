using System.CommandLine;

namespace Ax2.Local.Commands;

internal static class TestCommand
{
    private static readonly Option<string?> Filter = new("--filter")
    {
        Description = "Only tests whose full name contains this, or that an xUnit query (it begins with /) selects.",
        HelpName = "TEXT",
    };

    private static readonly Option<bool> Fast = new("--fast")
    {
        Description = "Only tests that start no process and no browser; needs nothing but the SDK.",
    };

    private static readonly Option<int?> Seed = new("--seed")
    {
        Description = "Decides the order of the tests; without it each run has another, and prints it.",
        HelpName = "N",
    };

    private static readonly Option<int> Repeat = new("--repeat")
    {
        Description = "Run so many times, each in another order; the last line counts all runs.",
        HelpName = "N",
        DefaultValueFactory = _ => 1,
        Validators =
        {
            result =>
            {
                if (result.Tokens is [{ Value: var text }] && int.TryParse(text, out var times) && times < 1)
                    result.AddError("--repeat takes 1 or more.");
            },
        },
    };

    public static CliCommand Create()
    {
        var command = new CliCommand("test", "Build and run every test; the last line is 'N passed, N failed'.")
        {
            Filter,
            Fast,
            Seed,
            Repeat,
            LocalSetup.Yes,
        };
        command.Validators.Add(result =>
        {
            if (result.GetValue(Fast) && result.GetValue(Filter)?.StartsWith('/') == true)
                result.AddError("With --fast, --filter takes a part of a name, not a query.");
        });
        command.SetAction((arguments, cancellationToken) => RunAsync(
            new TestSelection(
                arguments.GetValue(Filter),
                arguments.GetValue(Fast),
                arguments.GetValue(Seed) ?? Random.Shared.Next()),
            arguments.GetValue(Repeat),
            arguments.GetValue(LocalSetup.Yes),
            TimeProvider.System,
            cancellationToken));
        return command;
    }

    private static async Task<int> RunAsync(
        TestSelection selection, int times, bool yes, TimeProvider time, CancellationToken cancellationToken)
    {
        var layout = LocalLayout.Current();
        if (!selection.IsFast)
            await LocalSetup.EnsureAsync(layout, yes, time, cancellationToken, SystemPackage.OfTests);
        await Console.Error.WriteLineAsync("ax2: building the tests …");
        await DotnetBuild.RunAsync(layout, selection.Build, cancellationToken);
        var (sum, green) = (TestTally.Zero, 0);
        for (var run = 0; run < times; run++)
        {
            var inOrder = selection with { Seed = unchecked(selection.Seed + run) & int.MaxValue };
            Console.WriteLine($"=== order: --seed {inOrder.Seed}");
            var tally = await new TestRun(layout, inOrder, Console.Out, time).RunAsync(cancellationToken);
            sum += tally;
            green += tally.IsGreen ? 1 : 0;
            if (times > 1)
                Console.WriteLine($"=== run {run + 1} of {times}: {tally}; green so far: {green}");
        }
        if (sum.Ran == 0)
            await Console.Error.WriteLineAsync("ax2: no test ran");
        Console.WriteLine(sum);
        return green == times ? ExitCodes.Ok : ExitCodes.Failed;
    }
}
