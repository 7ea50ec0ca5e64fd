using System.CommandLine;

namespace Ax2.Local.Commands;

internal static class UpCommand
{
    private static readonly Option<int> Silos = new("--silos")
    {
        Description = $"How many silo processes form the cluster, 1 to {LocalLayout.MaxSilos}.",
        DefaultValueFactory = _ => 1,
        Validators =
        {
            result =>
            {
                if (result.Tokens.Count == 1 && int.TryParse(result.Tokens[0].Value, out var silos)
                    && silos is < 1 or > LocalLayout.MaxSilos)
                    result.AddError($"--silos takes 1 to {LocalLayout.MaxSilos}.");
            },
        },
    };

    private static readonly Option<bool> Detach = new("--detach")
    {
        Description = "Return when everything is ready and leave it running; ./ax2 down stops it.",
    };

    public static CliCommand Create()
    {
        var command = new CliCommand("up",
            "Start PostgreSQL, the silos and the API, or adopt those that run without a supervisor. Ctrl-C stops them "
            + "in order; one that dies is started again.")
        {
            Silos,
            Detach,
            LocalSetup.Yes,
        };
        command.SetAction((arguments, cancellationToken) => RunAsync(
            arguments.GetValue(Silos),
            arguments.GetValue(Detach),
            arguments.GetValue(LocalSetup.Yes),
            TimeProvider.System,
            cancellationToken));
        return command;
    }

    private static async Task<int> RunAsync(
        int silos, bool detach, bool yes, TimeProvider time, CancellationToken cancellationToken)
    {
        var layout = LocalLayout.Current();
        if (StackControl.Running(layout) is { } running)
        {
            Console.WriteLine("already running");
            PrintAddresses(layout with { FirstPort = running.FirstPort });
            return detach ? ExitCodes.Ok : ExitCodes.Failed;
        }
        await StackControl.PrepareAsync(layout, yes, time, cancellationToken);
        if (!detach)
            return await RunInForegroundAsync(layout, silos, time, cancellationToken);
        var record = await StackControl.StartDetachedAsync(layout, silos, time, cancellationToken);
        PrintAddresses(layout with { FirstPort = record.FirstPort });
        Console.WriteLine("It runs in the background: ./ax2 status shows how it is, ./ax2 down stops it.");
        return ExitCodes.Ok;
    }

    /// <summary>
    /// The supervisor ends with the pipe that we hold: however this process ends, the stack does not outlive it.
    /// </summary>
    private static async Task<int> RunInForegroundAsync(
        LocalLayout layout, int silos, TimeProvider time, CancellationToken cancellationToken)
    {
        using var supervisor = LoggedProcess.StartSelf([SuperviseCommand.Name, $"{silos}"]);
        try
        {
            var record = await StackControl.WaitUntilReadyAsync(layout, supervisor, time, cancellationToken);
            PrintAddresses(layout with { FirstPort = record.FirstPort });
            Console.WriteLine("Ctrl-C stops all of it.");
            await supervisor.WaitForExitAsync(cancellationToken);
            return StackRecord.Read(layout) is { Failure: { } failure }
                ? throw new SetupException(failure)
                : supervisor.ExitCode;
        }
        catch (OperationCanceledException)
        {
            Console.WriteLine("stopping …");
            supervisor.StandardInput.Close();
            await supervisor.WaitForExitAsync(CancellationToken.None);
            Console.WriteLine("stopped");
            return supervisor.ExitCode;
        }
    }

    private static void PrintAddresses(LocalLayout layout)
    {
        var dashboard = new Uri(LocalLayout.Loopback(layout.Silo(0).Http), "/dashboard");
        Console.WriteLine($"""
              web page           {layout.ApiOrigin}
              API docs           {new Uri(layout.ApiOrigin, "/docs")}
              Orleans dashboard  {dashboard}
                                 user: operator, password: in {layout.OperatorPasswordFile}
            """);
    }
}
