using Ax2.Local;

namespace Ax2.TestKit.Cluster;

/// <summary>One process of the cluster, started again as often as wanted. Its log goes on over all its lives.</summary>
public class ServiceNode : IDisposable
{
    private static readonly TimeSpan ReadyTimeout = TimeSpan.FromMinutes(2);
    private static readonly TimeSpan LookEvery = TimeSpan.FromMilliseconds(100);

    private readonly ServicePlan _plan;
    private readonly HealthProbe _probe = new(TimeProvider.System);
    private ChildProcess? _process;

    internal ServiceNode(ServicePlan plan) => _plan = plan;

    public string Name => _plan.Name;

    public Uri Origin => _plan.Http;

    public string Log => _plan.Log;

    public bool IsRunning => _process is { HasExited: false };

    /// <summary>Of the running process; null between two lives.</summary>
    public int? ProcessId => IsRunning ? _process!.Id : null;

    /// <summary>Starts the process without waiting for it.</summary>
    public void Launch()
    {
        if (IsRunning)
        {
            throw new InvalidOperationException($"The {Name} runs.");
        }

        _process?.Dispose();
        Directory.CreateDirectory(Path.GetDirectoryName(_plan.Log)!);
        _process = ChildProcess.Start(["dotnet", _plan.Program], _plan.Log, _plan.Folder, _plan.Environment);
    }

    public async Task StartAsync(CancellationToken cancellationToken)
    {
        Launch();
        await WaitUntilReadyAsync(cancellationToken);
    }

    /// <summary>Throws <see cref="SetupException"/>, with the log's end, when it does not come up.</summary>
    public async Task WaitUntilReadyAsync(CancellationToken cancellationToken)
    {
        var since = TimeProvider.System.GetTimestamp();
        while (await _probe.AskAsync(Origin, cancellationToken) is { } trouble)
        {
            if (!IsRunning || TimeProvider.System.GetElapsedTime(since) > ReadyTimeout)
            {
                throw new SetupException($"The {Name} is {trouble}. {LogFile.QuoteTail(Log)}");
            }

            await Task.Delay(LookEvery, TimeProvider.System, cancellationToken);
        }
    }

    /// <summary>As <c>kill -9</c> does, frozen or not. Does nothing between two lives.</summary>
    public async Task KillAsync(CancellationToken cancellationToken)
    {
        _process?.Kill();
        await EndAsync(cancellationToken);
    }

    /// <summary>In order: it is asked to end, and waited for. Answers the exit code.</summary>
    public async Task<int> StopAsync(CancellationToken cancellationToken)
    {
        _process?.Terminate();
        return await EndAsync(cancellationToken);
    }

    /// <summary>
    /// Keeps every connection and lock, and does nothing, until <see cref="Thaw"/>.
    /// </summary>
    public void Freeze() => _process?.Freeze();

    public void Thaw() => _process?.Thaw();

    public void Dispose()
    {
        Dispose(isDisposing: true);
        GC.SuppressFinalize(this);
    }

    protected virtual void Dispose(bool isDisposing)
    {
        _process?.Dispose();
        _probe.Dispose();
    }

    private async Task<int> EndAsync(CancellationToken cancellationToken) =>
        _process is null ? 0 : await _process.WaitForExitAsync(cancellationToken);
}
