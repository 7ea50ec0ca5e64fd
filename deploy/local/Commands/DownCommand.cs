namespace Ax2.Local.Commands;

internal static class DownCommand
{
    public static CliCommand Create()
    {
        var command = new CliCommand("down", "Stop the stack: the API, the silos, then PostgreSQL.");
        command.SetAction(async (_, _) =>
        {
            var wasRunning = await StackControl.StopAsync(LocalLayout.Current(), TimeProvider.System);
            Console.WriteLine(wasRunning ? "stopped" : "nothing runs");
        });
        return command;
    }
}
