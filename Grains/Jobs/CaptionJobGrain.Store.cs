namespace Ax2.Jobs;

/// <summary>What is stored of the job, one write at a time, and which of it others are told.</summary>
public sealed partial class CaptionJobGrain
{
    private StoredState<CaptionJobState>? _stored;

    private StoredState<CaptionJobState> Stored => _stored ??= new(state, _ => DeactivateOnIdle());

    /// <summary>
    /// While an event is being stored: the job before it. It stays so when that fails: the activation goes.
    /// </summary>
    private CaptionJobState? _before;

    /// <summary>Number of the newest event, progress included. Never below the stored one.</summary>
    private long _eventNumber;
    private TaskCompletionSource _changed = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>The job as far as it is stored: nobody hears of an end that may not come to be.</summary>
    private CaptionJobState Told => _before ?? Job;

    /// <summary>Stores the changed state as a new event and tells the watchers.</summary>
    private async Task Store(Func<CaptionJobState, CaptionJobState> change)
    {
        var number = NextEventNumber();
        _before = Job;
        await Save(job =>
        {
            var next = change(job);
            var history = next.History.Add(new JobEvent(number, next.Stage, time.GetUtcNow()));
            return next with { EventNumber = number, History = history };
        });
        _before = null;
        // Progress may have been told while it was stored.
        Announce(number > _eventNumber ? number : NextEventNumber());
    }

    private Task<CaptionJobState> Save(Func<CaptionJobState, CaptionJobState> change) => Stored.UpdateAsync(change);

    /// <summary>
    /// Numbers follow the clock, so that they also grow over a crash that forgot the unstored ones of progress.
    /// </summary>
    private long NextEventNumber() => Math.Max(_eventNumber + 1, time.GetUtcNow().ToUnixTimeMilliseconds());

    private void Announce(long number)
    {
        _eventNumber = number;
        var heard = _changed;
        _changed = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        heard.SetResult();
    }
}
