using System.CommandLine;
using Ax2.Local;
using Ax2.Local.Client;
using Ax2.Local.Commands;

var root = new RootCommand("AX2 Caption on this machine: a video goes in, captions come out.")
{
    SetupCommand.Create(),
    UpCommand.Create(),
    DownCommand.Create(),
    StatusCommand.Create(),
    CaptionCommand.Create(),
    TestCommand.Create(),
    BenchCommand.Create(),
    AuditCommand.Create(),
    SuperviseCommand.Create(),
};
root.HelpName = "ax2";

using var interrupt = new Interrupt();
try
{
    // Signals and failures are ours, below and in Interrupt.
    var console = new InvocationConfiguration
    {
        EnableDefaultExceptionHandler = false,
        ProcessTerminationTimeout = null,
    };
    return await root.Parse(args).InvokeAsync(console, interrupt.Token);
}
catch (OperationCanceledException) when (interrupt.Token.IsCancellationRequested)
{
    await Console.Error.WriteLineAsync("ax2: interrupted");
    return ExitCodes.Interrupted;
}
catch (Exception failure) when (failure
    is SetupException or ApiException or HttpRequestException or IOException or UnauthorizedAccessException)
{
    await Console.Error.WriteLineAsync($"ax2: {failure.Message}");
    return ExitCodes.Failed;
}
