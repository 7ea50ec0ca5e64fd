using System.Diagnostics;

namespace Ax2.Local;

/// <param name="Name">For example <c>silo 0</c>.</param>
/// <param name="Program">The assembly to run.</param>
/// <param name="Folder">Its working folder: where its settings and web files are.</param>
/// <param name="Environment">Put over the caller's own.</param>
/// <param name="Http">Where its health endpoints are.</param>
internal sealed record ServicePlan(
    string Name,
    string Program,
    string Folder,
    IReadOnlyDictionary<string, string> Environment,
    Uri Http,
    string Log)
{
    public TimeSpan ReadyTimeout { get; init; } = TimeSpan.FromMinutes(2);
}

/// <summary>One process of the stack, started again as often as need be.</summary>
internal sealed class Service(ServicePlan plan, TimeProvider time) : IDisposable
{
    /// <summary>A silo hands its work over first; this is more than it takes by its own limits.</summary>
    public static readonly TimeSpan StopTimeout = TimeSpan.FromSeconds(40);
    private static readonly TimeSpan LookEvery = TimeSpan.FromMilliseconds(200);

    /// <summary>Null until it was started here: an adopted process is nobody's child.</summary>
    private Process? process;
    private ProcessIdentity? identity;
    private int starts;

    public string Name => plan.Name;

    public void Start()
    {
        process?.Dispose();
        process = LoggedProcess.StartDotnet([plan.Program], plan.Log, plan.Folder, plan.Environment);
        identity = ProcessIdentity.Of(process.Id);
        starts++;
    }

    /// <summary>Takes over a process that another supervisor started.</summary>
    public void Adopt(ProcessIdentity running, int restarts)
    {
        identity = running;
        starts = restarts + 1;
    }

    public bool IsRunning => identity is { IsAlive: true };

    /// <summary>Throws <see cref="SetupException"/> when the process dies or does not get ready in time.</summary>
    public async Task WaitUntilReadyAsync(HealthProbe probe, CancellationToken cancellationToken)
    {
        var since = time.GetTimestamp();
        while (await probe.AskAsync(plan.Http, cancellationToken) is { } trouble)
        {
            if (!IsRunning)
            {
                var code = await WaitForExitAsync(cancellationToken);
                throw new SetupException(LogFile.RefusalOf(plan.Log) is { } reason
                    ? $"The {Name} does not start. {reason}"
                    : $"The {Name} ended{(code is null ? "" : $" with {code}")} before it was ready.\n"
                        + LogTail());
            }
            if (time.GetElapsedTime(since) > plan.ReadyTimeout)
                throw new SetupException(
                    $"The {Name} is {trouble} after {plan.ReadyTimeout.TotalSeconds:0} s.\n{LogTail()}");
            await Task.Delay(LookEvery, time, cancellationToken);
        }
    }

    /// <summary>Waits for the process to end and answers its exit code, null for an adopted one.</summary>
    public async Task<int?> WaitForExitAsync(CancellationToken cancellationToken)
    {
        if (process is not null)
            await process.WaitForExitAsync(cancellationToken);
        while (IsRunning)
            await Task.Delay(LookEvery, time, cancellationToken);
        identity = null;
        return process?.ExitCode;
    }

    /// <returns>False when it had to be killed.</returns>
    public async Task<bool> StopAsync() => identity is null || await Signals.StopAsync(identity, StopTimeout, time);

    public void TrimLog() => LogFile.Trim(plan.Log);

    public string LogTail() => LogFile.QuoteTail(plan.Log);

    public ServiceRecord Record() => new(Name, identity, plan.Http, plan.Log, Math.Max(0, starts - 1));

    public void Dispose() => process?.Dispose();
}
