using System.Diagnostics;
using Ax2.Local.Commands;

namespace Ax2.Local;

/// <summary>Starts and stops the stack of a home from another process than its supervisor.</summary>
internal static class StackControl
{
    /// <summary>All of a stop's own limits together, and some.</summary>
    private static readonly TimeSpan StopTimeout = Service.StopTimeout * 4;
    private static readonly TimeSpan LookEvery = TimeSpan.FromMilliseconds(100);

    public static string SupervisorLog(LocalLayout layout) => Path.Combine(layout.Logs, "supervisor.log");

    /// <summary>The record of a stack that is up, or null.</summary>
    public static StackRecord? Running(LocalLayout layout) =>
        StackRecord.Read(layout) is { Phase: StackPhase.Ready, IsSupervised: true } record ? record : null;

    /// <summary>
    /// The record of a stack that serves though its supervisor was killed, or null. The next supervisor adopts it.
    /// </summary>
    public static StackRecord? Unsupervised(LocalLayout layout) =>
        StackRecord.Read(layout) is { IsSupervised: false } record
        && record.Services.Any(service => service.Process is { IsAlive: true })
            ? record
            : null;

    /// <summary>
    /// Sets up what a start needs. What is adopted runs as it is, so nothing is built under its feet.
    /// </summary>
    public static async Task PrepareAsync(
        LocalLayout layout, bool yes, TimeProvider time, CancellationToken cancellationToken)
    {
        if (Unsupervised(layout) is not { } left)
        {
            await LocalSetup.EnsureAsync(layout, yes, time, cancellationToken);
            return;
        }
        var isGiven = StackPlan.ExternalPostgres(CallerEnvironment.Read()) is not null;
        if (left.ExternalPostgres != isGiven)
        {
            throw new SetupException(left.ExternalPostgres
                ? $"The stack that runs uses a database of its own: set {ServiceEnvironment.Postgres} to it again, or "
                    + "stop the stack with ./ax2 down."
                : $"The stack that runs uses the embedded database: unset {ServiceEnvironment.Postgres}, or stop the "
                    + "stack with ./ax2 down.");
        }
        await Console.Error.WriteLineAsync(
            $"ax2: the stack runs without a supervisor; it is adopted with its {left.Silos} silo(s) …");
    }

    /// <summary>Leaves a supervisor in the background and answers when its stack is ready.</summary>
    public static async Task<StackRecord> StartDetachedAsync(
        LocalLayout layout, int silos, TimeProvider time, CancellationToken cancellationToken)
    {
        using var supervisor = LoggedProcess.StartDotnet(
            [LoggedProcess.Program, SuperviseCommand.Name, $"{silos}", SuperviseCommand.Detached],
            SupervisorLog(layout),
            layout.Repository,
            new Dictionary<string, string> { ["AX2_HOME"] = layout.Home, ["AX2_PORT"] = $"{layout.FirstPort}" });
        try
        {
            return await WaitUntilReadyAsync(layout, supervisor, time, cancellationToken);
        }
        catch (OperationCanceledException)
        {
            if (!supervisor.HasExited && ProcessIdentity.Of(supervisor.Id) is { } started)
                await Signals.StopAsync(started, StopTimeout, time);
            throw;
        }
    }

    /// <summary>
    /// Waits for the stack that the supervisor brings up, or that another one, started at the same moment, does.
    /// Throws <see cref="SetupException"/> with the supervisor's reason when it does not come up.
    /// </summary>
    public static async Task<StackRecord> WaitUntilReadyAsync(
        LocalLayout layout, Process supervisor, TimeProvider time, CancellationToken cancellationToken)
    {
        while (true)
        {
            var ended = supervisor.HasExited;
            var record = StackRecord.Read(layout);
            if (record is { Phase: StackPhase.Ready, IsSupervised: true })
                return record;
            if (ended && !(supervisor.ExitCode == ExitCodes.AlreadyRunning && record is { IsSupervised: true }))
            {
                throw new SetupException(record is { Phase: StackPhase.Failed, Failure: { } reason }
                    ? reason
                    : $"The stack did not come up. {LogFile.QuoteTail(SupervisorLog(layout))}");
            }
            await Task.Delay(LookEvery, time, cancellationToken);
        }
    }

    /// <summary>Stops whatever runs on the home, in order. False when nothing did.</summary>
    public static async Task<bool> StopAsync(LocalLayout layout, TimeProvider time)
    {
        for (var wasRunning = false; ; await Task.Delay(LookEvery, time))
        {
            if (StackRecord.Read(layout) is { IsSupervised: true } record)
            {
                wasRunning = true;
                await Signals.StopAsync(record.Supervisor, StopTimeout, time);
            }
            // Nothing is left after a supervisor that ended well; one that was killed leaves everything. One that holds
            // the lock and is not recorded has just begun, and is recorded next.
            using var held = Lock(layout);
            if (held is not null)
                return await StopLeftoversAsync(layout, time) || wasRunning;
        }
    }

    /// <summary>Who holds it starts and stops what runs on the home. Null when someone else does.</summary>
    public static FileLock? Lock(LocalLayout layout) => FileLock.TryAcquire(Path.Combine(layout.Run, "stack.lock"));

    /// <summary>Stops what a killed supervisor left behind. Call it with the stack's lock held.</summary>
    private static async Task<bool> StopLeftoversAsync(LocalLayout layout, TimeProvider time)
    {
        var known = StackRecord.Read(layout)?.Services ?? [];
        var left = known.Where(service => service.Process is { IsAlive: true }).ToList();
        await StackPlan.StopInOrderAsync(
            left, service => service.Name, service => Signals.StopAsync(service.Process!, Service.StopTimeout, time));
        var postgres = StackPlan.EmbeddedPostgres(layout, time);
        var postgresLeft = postgres.IsRunning;
        if (postgresLeft)
            await postgres.StopAsync(CancellationToken.None);
        StackRecord.Remove(layout);
        return left.Count > 0 || postgresLeft;
    }
}
