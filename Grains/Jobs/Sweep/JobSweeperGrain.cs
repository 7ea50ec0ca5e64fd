using Microsoft.Extensions.Logging;

namespace Ax2.Jobs.Sweep;

public sealed partial class JobSweeperGrain(IJobIndex index, TimeProvider time, ILogger<JobSweeperGrain> logger)
    : Grain, IJobSweeperGrain
{
    /// <summary>
    /// Jobs that are woken at once: their states are read by it, and a cluster that lost a silo is busy.
    /// </summary>
    private const int PageSize = 64;

    private Task _running = Task.CompletedTask;
    private Task? _next;
    private DateTimeOffset _sweptAt = DateTimeOffset.MinValue;

    public Task Sweep(TimeSpan maxAge) =>
        maxAge > TimeSpan.Zero && time.GetUtcNow() - _sweptAt < maxAge ? Task.CompletedTask : _next ??= SweepNext();

    private async Task SweepNext()
    {
        await _running.ConfigureAwait(
            ConfigureAwaitOptions.SuppressThrowing | ConfigureAwaitOptions.ContinueOnCapturedContext);
        await Task.Yield();
        (_next, _sweptAt) = (null, time.GetUtcNow());
        await (_running = WakeAll());
    }

    private async Task WakeAll()
    {
        var woken = 0;
        await foreach (var page in index.ListLiveAsync(PageSize, CancellationToken.None))
        {
            var answers = await Task.WhenAll(page.Select(Wake));
            woken += answers.Count(isAwake => isAwake);
        }

        if (woken > 0)
        {
            LogSwept(woken);
        }
    }

    private async Task<bool> Wake(Guid jobId)
    {
        try
        {
            await GrainFactory.GetGrain<ICaptionJobGrain>(jobId).Drive();
            return true;
        }
        catch (Exception e)
        {
            // Its reminder, or the next sweep, comes to it again.
            LogNotWoken(jobId, e);
            return false;
        }
    }

    [LoggerMessage(2311, LogLevel.Information, "{Jobs} live jobs are driven.")]
    private partial void LogSwept(int jobs);

    [LoggerMessage(2312, LogLevel.Warning, "Job {JobId} could not be woken.")]
    private partial void LogNotWoken(Guid jobId, Exception exception);
}
