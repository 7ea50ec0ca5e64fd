namespace Ax2.Local.Commands;

internal static class SetupCommand
{
    public static CliCommand Create()
    {
        var command = new CliCommand("setup", "Prepare everything that the stack needs. Does nothing the second time.");
        command.SetAction(async (_, cancellationToken) =>
        {
            var changed = await LocalSetup.EnsureAsync(LocalLayout.Current(), TimeProvider.System, cancellationToken);
            Console.WriteLine(changed ? "set up" : "already set up");
        });
        return command;
    }
}
