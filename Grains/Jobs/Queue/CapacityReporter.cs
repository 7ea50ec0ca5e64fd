using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Ax2.Jobs.Queue;

/// <summary>
/// Reports this silo's capacity to the work queue: at every change and every second, from the moment the silo is
/// active. When the silo is to stop, this comes first of all: it reports so and waits for the running work, while the
/// silo is still a full member of the cluster.
/// </summary>
public sealed partial class CapacityReporter(
    WorkerSlots slots,
    IGrainFactory grains,
    IOptions<JobOptions> options,
    TimeProvider time,
    ILogger<CapacityReporter> logger) : ILifecycleParticipant<ISiloLifecycle>, IDisposable
{
    private static readonly TimeSpan Period = TimeSpan.FromSeconds(1);

    /// <summary>Nobody waits longer for an answer: the queue may be on a silo that has just died.</summary>
    private static readonly TimeSpan AnswerTimeout = TimeSpan.FromSeconds(2);

    private readonly CancellationTokenSource _end = new();
    private Task _reporting = Task.CompletedTask;

    /// <summary>After Active: begun when the silo may call grains, and stopped before any grain is.</summary>
    public void Participate(ISiloLifecycle lifecycle)
    {
        ArgumentNullException.ThrowIfNull(lifecycle);
        lifecycle.Subscribe(nameof(CapacityReporter), ServiceLifecycleStage.Active + 1, Start, Stop);
    }

    public void Dispose() => _end.Dispose();

    private Task Start(CancellationToken cancellationToken)
    {
        _reporting = Task.Run(ReportUntilEnd, CancellationToken.None);
        return Task.CompletedTask;
    }

    private async Task Stop(CancellationToken cancellationToken)
    {
        slots.Stop();
        await Report();
        await Drain(cancellationToken);
        await _end.CancelAsync();
        await _reporting;
    }

    /// <summary>Waits for the running work, but no longer than the drain timeout.</summary>
    private async Task Drain(CancellationToken cancellationToken)
    {
        using var limit = new CancellationTokenSource(options.Value.DrainTimeout, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellationToken);
        var (report, changed) = slots.Read();
        while (report.Running.Length > 0 && !either.IsCancellationRequested)
        {
            LogDraining(report.Running.Length);
            await changed.WaitAsync(either.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            (report, changed) = slots.Read();
        }

        if (report.Running.Length > 0)
        {
            LogHandingOver(report.Running.Length);
        }
    }

    private async Task ReportUntilEnd()
    {
        while (!_end.IsCancellationRequested)
        {
            var changed = await Report();
            await changed.WaitAsync(Period, time, _end.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    /// <summary>Answers the signal of the first change that was not reported.</summary>
    private async Task<Task> Report()
    {
        var (report, changed) = slots.Read();
        try
        {
            var answer = grains.GetGrain<IWorkQueueGrain>(0).Report(report);
            slots.IsDraining = await answer.WaitAsync(AnswerTimeout, time);
        }
        catch (Exception e)
        {
            // The queue moves, or its silo died: the next report finds it.
            LogNotReported(e);
        }

        return changed;
    }

    [LoggerMessage(2101, LogLevel.Information, "The silo stops; it waits for {Count} work items.")]
    private partial void LogDraining(int count);

    [LoggerMessage(2102, LogLevel.Warning, "The silo stops and hands over {Count} work items.")]
    private partial void LogHandingOver(int count);

    [LoggerMessage(2103, LogLevel.Information, "This silo's capacity did not reach the work queue.")]
    private partial void LogNotReported(Exception exception);
}
