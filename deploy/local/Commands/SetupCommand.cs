namespace Ax2.Local.Commands;

internal static class SetupCommand
{
    public static CliCommand Create()
    {
        var command = new CliCommand("setup", "Prepare everything that the stack needs. Does nothing the second time.");
        command.Add(LocalSetup.Yes);
        command.SetAction(async (arguments, cancellationToken) =>
        {
            var changed = await LocalSetup.EnsureAsync(
                LocalLayout.Current(), arguments.GetValue(LocalSetup.Yes), TimeProvider.System, cancellationToken);
            Console.WriteLine(changed ? "set up" : "already set up");
        });
        return command;
    }
}
