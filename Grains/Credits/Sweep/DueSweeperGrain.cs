using Microsoft.Extensions.Logging;

namespace Ax2.Credits.Sweep;

public sealed partial class DueSweeperGrain(ICreditHistory history, TimeProvider time, ILogger<DueSweeperGrain> logger)
    : Grain, IDueSweeperGrain
{
    /// <summary>Accounts that are visited at once: each may have to be read first.</summary>
    private const int PageSize = 64;

    /// <summary>A timestamp: a clock that is set back must not put off the next sweep.</summary>
    private long? _begun;

    public async Task Sweep(TimeSpan maxAge)
    {
        if (_begun is { } last && time.GetElapsedTime(last) < maxAge)
        {
            return;
        }

        _begun = time.GetTimestamp();
        // The caller's call has no token: silos share the sweep.
        await foreach (var page in history.ListDueAsync(time.GetUtcNow(), PageSize, CancellationToken.None))
        {
            await Task.WhenAll(page.Select(BookDue));
        }
    }

    private async Task BookDue(Guid accountId)
    {
        try
        {
            await GrainFactory.GetGrain<ICreditAccountGrain>(accountId).BookDue();
        }
        catch (Exception e)
        {
            LogNotBooked(accountId, e);
        }
    }

    [LoggerMessage(3101, LogLevel.Warning, "What is due in account {AccountId} could not be booked.")]
    private partial void LogNotBooked(Guid accountId, Exception exception);
}
