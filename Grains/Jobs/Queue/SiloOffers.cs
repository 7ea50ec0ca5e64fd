using System.Collections.Immutable;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Ax2.Jobs.Queue;

/// <summary>
/// Tells the work queue what room this silo has: at every change and every second, from the moment the silo is active.
/// When the silo is told to stop, this comes first of all: it offers no more and waits for the running work, while the
/// silo is still a full member of the cluster.
/// </summary>
public sealed partial class SiloOffers(
    WorkerSlots slots,
    IGrainFactory grains,
    ILocalSiloDetails self,
    IOptions<JobOptions> options,
    TimeProvider time,
    ILogger<SiloOffers> logger) : ILifecycleParticipant<ISiloLifecycle>, IDisposable
{
    private static readonly TimeSpan Period = TimeSpan.FromSeconds(1);

    /// <summary>Nobody waits longer for an answer: the queue may stand on a silo that has just died.</summary>
    private static readonly TimeSpan AnswerPatience = TimeSpan.FromSeconds(2);

    private readonly CancellationTokenSource _end = new();
    private Task _offering = Task.CompletedTask;

    /// <summary>After Active: begun when the silo may call grains, and stopped before any grain is.</summary>
    public void Participate(ISiloLifecycle lifecycle)
    {
        ArgumentNullException.ThrowIfNull(lifecycle);
        lifecycle.Subscribe(nameof(SiloOffers), ServiceLifecycleStage.Active + 1, Start, Stop);
    }

    public void Dispose() => _end.Dispose();

    private Task Start(CancellationToken cancellationToken)
    {
        _offering = Task.Run(OfferUntilEnd, CancellationToken.None);
        return Task.CompletedTask;
    }

    private async Task Stop(CancellationToken cancellationToken)
    {
        slots.Stop();
        await Offer();
        await Drain(cancellationToken);
        await _end.CancelAsync();
        await _offering;
    }

    /// <summary>Waits for the running work, as long as the patience lasts.</summary>
    private async Task Drain(CancellationToken cancellationToken)
    {
        using var limit = new CancellationTokenSource(options.Value.DrainPatience, time);
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

    private async Task OfferUntilEnd()
    {
        while (!_end.IsCancellationRequested)
        {
            var changed = await Offer();
            await changed.WaitAsync(Period, time, _end.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    /// <summary>Answers the signal of the first change that was not offered.</summary>
    private async Task<Task> Offer()
    {
        var (report, changed) = slots.Read();
        try
        {
            var offer = new SiloOffer(
                self.SiloAddress, self.Name, report.Capacity, report.CutterCapacity, report.Running, report.IsStopping,
                report.RecognisedMsPerSecond, report.Spent);
            var answer = grains.GetGrain<IWorkQueueGrain>(0).Offer(offer);
            slots.IsDraining = await answer.WaitAsync(AnswerPatience, time);
            slots.Forget(report.Spent);
        }
        catch (Exception e)
        {
            // The queue moves, or its silo died: the next offer finds it.
            LogNotHeard(e);
        }

        return changed;
    }

    [LoggerMessage(2101, LogLevel.Information, "The silo stops; it waits for {Count} pieces of work.")]
    private partial void LogDraining(int count);

    [LoggerMessage(2102, LogLevel.Warning, "The silo stops and hands over {Count} pieces of work.")]
    private partial void LogHandingOver(int count);

    [LoggerMessage(2103, LogLevel.Information, "The work queue did not hear this silo's offer.")]
    private partial void LogNotHeard(Exception exception);
}
