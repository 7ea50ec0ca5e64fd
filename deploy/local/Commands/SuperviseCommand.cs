using System.CommandLine;

namespace Ax2.Local.Commands;

/// <summary>The process that owns a running stack. Only <c>up</c> and <c>caption</c> start it.</summary>
internal static class SuperviseCommand
{
    public const string Name = "supervise";
    public const string Detached = "--detached";

    private static readonly Argument<int> Silos = new("silos");
    private static readonly Option<bool> DetachedOption = new(Detached);

    public static CliCommand Create()
    {
        var command = new CliCommand(Name) { Silos, DetachedOption };
        command.Hidden = true;
        command.SetAction(async (arguments, interrupted) =>
        {
            Signals.StartSession();
            using var stop = CancellationTokenSource.CreateLinkedTokenSource(interrupted);
            if (!arguments.GetValue(DetachedOption))
                _ = StopWithOurStarterAsync(stop);
            return await Supervisor.RunAsync(
                LocalLayout.Current(), arguments.GetValue(Silos), Console.Out, TimeProvider.System, stop.Token);
        });
        return command;
    }

    /// <summary>Our input is a pipe that our starter holds; it ends when the starter does.</summary>
    private static async Task StopWithOurStarterAsync(CancellationTokenSource stop)
    {
        var buffer = new byte[64];
        await using var input = Console.OpenStandardInput();
        while (await input.ReadAsync(buffer, stop.Token) > 0)
        {
        }
        await stop.CancelAsync();
    }
}
