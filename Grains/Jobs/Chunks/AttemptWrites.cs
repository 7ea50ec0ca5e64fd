using Orleans.Storage;

namespace Ax2.Jobs.Chunks;

/// <summary>The writes of a chunk's attempt, fenced by its id.</summary>
internal static class AttemptWrites
{
    /// <summary>
    /// A day. An attempt that stays open counts as its worker's death, and a database that is away is nobody's fault.
    /// </summary>
    private static readonly TimeSpan[] OutagePauses =
    [
        .. Enumerable.Range(0, 6).Select(tries => TimeSpan.FromMilliseconds(200 << tries)),
        .. Enumerable.Repeat(TimeSpan.FromSeconds(10), 8_640),
    ];

    /// <summary>A minute: a fault that no wait heals must not keep its slot.</summary>
    private static readonly TimeSpan[] Pauses = OutagePauses[..11];

    /// <summary>
    /// Stores the next attempt, but only over the state it follows from: a worker that was taken for dead may have
    /// ended its attempt meanwhile. Else throws <see cref="OwnerChangedException"/>.
    /// </summary>
    public static Task OpenAttemptAsync(
        this StoredState<CaptionChunkState> state, CaptionChunkState before, CaptionChunkState next,
        TimeProvider time, Action<Exception> onFault) => state.UpdateAttemptAsync(
            before.AttemptId,
            chunk => chunk.IsAttemptOpen == before.IsAttemptOpen && chunk.Result is null == before.Result is null
                ? next
                : throw new OwnerChangedException($"Attempt {chunk.Attempt} of the chunk has ended since."),
            chunk => chunk.AttemptId == next.AttemptId, time, onFault);

    /// <summary>
    /// Changes the chunk while this attempt is its newest, else throws <see cref="OwnerChangedException"/>. After a
    /// storage fault it reads what is stored and tries on.
    /// </summary>
    /// <param name="state">Of the chunk.</param>
    /// <param name="attemptId">The attempt that must be the newest before the change.</param>
    /// <param name="change">May begin the next attempt.</param>
    /// <param name="isStored">Whether a state of the changed attempt has the change.</param>
    /// <param name="time">For the pauses between tries.</param>
    /// <param name="onFault">Called with each fault after which it is tried again.</param>
    public static Task UpdateAttemptAsync(
        this StoredState<CaptionChunkState> state, Guid attemptId,
        Func<CaptionChunkState, CaptionChunkState> change, Func<CaptionChunkState, bool> isStored,
        TimeProvider time, Action<Exception> onFault)
    {
        Guid? changedId = null;
        return state.UpdateAsync(
            chunk =>
            {
                var changed = chunk.AttemptId == attemptId
                    ? change(chunk)
                    : throw new OwnerChangedException($"Attempt {chunk.Attempt} of the chunk has begun since.");
                changedId = changed.AttemptId;
                return changed;
            },
            new WriteRecovery<CaptionChunkState>(
                chunk => chunk.AttemptId == changedId && isStored(chunk), PausesAfter, time, onFault));
    }

    /// <summary>A lost reply to a write in an outage makes the next write inconsistent.</summary>
    private static TimeSpan[] PausesAfter(Exception fault) =>
        fault is StorageFaultException or InconsistentStateException ? OutagePauses : Pauses;
}
