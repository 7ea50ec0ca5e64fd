namespace Ax2.Local.Commands;

internal static class StatusCommand
{
    public static CliCommand Create()
    {
        var command = new CliCommand("status",
            "A health line for each part. Exit code 0: all is well; 3: the stack does not run; 1: something is wrong.");
        command.SetAction(async (_, cancellationToken) =>
        {
            var status = await StackStatus.ReadAsync(LocalLayout.Current(), TimeProvider.System, cancellationToken);
            foreach (var part in status.Parts)
                Console.WriteLine($"{part.Name,-12} {(part.IsWell ? "ok " : "BAD")}  {part.Detail}");
            if (!status.IsRunning)
                Console.WriteLine("not running: ./ax2 up starts it");
            return status.ExitCode;
        });
        return command;
    }
}
