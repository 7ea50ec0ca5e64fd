using System.Diagnostics.CodeAnalysis;

namespace Ax2;

/// <summary>
/// The one way in which a grain holds state: an immutable record over <see cref="IPersistentState{TState}"/>. Readers
/// that interleave never see what is not stored. To be used on the grain's scheduler only.
/// </summary>
/// <param name="giveUp">Ends the activation: after a fault it is unknown what is stored; the next one reads it.</param>
[SuppressMessage(
    "Design", "CA1001", Justification = "A semaphore whose wait handle nobody asks for holds nothing to dispose of.")]
public sealed class StoredState<T>(IPersistentState<T> storage, Action<Exception> giveUp)
    where T : class
{
    private readonly SemaphoreSlim _turn = new(1, 1);
    private (T Value, bool Exists)? _published;
    private Exception? _fault;

    /// <summary>What was last stored; a new state while nothing is.</summary>
    public T Value => _published is { } published ? published.Value : storage.State;

    /// <summary>Whether there is a row. Changes together with <see cref="Value"/>.</summary>
    public bool Exists => _published is { } published ? published.Exists : storage.RecordExists;

    /// <summary>
    /// Stores the changed value, then publishes it; updates run one at a time. When <paramref name="change"/> returns
    /// the same instance, nothing is written. After a storage fault the activation is given up and the fault goes to
    /// the caller; with <paramref name="recovery"/> the fault is first settled by reading what is stored.
    /// A <see cref="WriteRejectedException"/> is no such fault: nothing was stored, and the value stands.
    /// </summary>
    public async Task<T> UpdateAsync(Func<T, T> change, WriteRecovery<T>? recovery = null)
    {
        ArgumentNullException.ThrowIfNull(change);
        await _turn.WaitAsync();
        try
        {
            ThrowIfGivenUp();
            return await StoreAsync(change, recovery);
        }
        finally
        {
            _turn.Release();
        }
    }

    /// <summary>Removes the row for good; the activation goes with it. Idempotent.</summary>
    public async Task ClearAsync()
    {
        await _turn.WaitAsync();
        try
        {
            GiveUp(new InvalidOperationException("The state was cleared."));
            Publish();
            if (storage.RecordExists)
            {
                await storage.ClearStateAsync();
                Publish();
            }
        }
        finally
        {
            _turn.Release();
        }
    }

    /// <summary>
    /// Returns when the writes under way have ended: for the end of an activation, lest the next one reads what is
    /// about to change and has its own writes refused.
    /// </summary>
    public async Task SettleAsync(CancellationToken cancellationToken)
    {
        await _turn.WaitAsync(cancellationToken);
        _turn.Release();
    }

    private async Task<T> StoreAsync(Func<T, T> change, WriteRecovery<T>? recovery)
    {
        var next = change(Value);
        IReadOnlyList<TimeSpan>? pauses = null;
        var faultsBefore = 0;
        while (true)
        {
            try
            {
                if (pauses is not null && recovery!.IsStored(await ReadAsync()))
                {
                    return Value;
                }

                return await WriteAsync(pauses is null ? next : change(Value));
            }
            catch (WriteRejectedException)
            {
                throw;
            }
            catch (Exception e)
            {
                var pausesNow = e is OwnerChangedException ? null : recovery?.PausesAfter(e);
                // Only faults of the same kind in a row use up its pauses.
                faultsBefore = ReferenceEquals(pausesNow, pauses) ? faultsBefore + 1 : 0;
                pauses = pausesNow;
                if (recovery is null || pauses is null || faultsBefore >= pauses.Count)
                {
                    GiveUp(e);
                    throw;
                }

                recovery.OnFault(e);
                await Task.Delay(pauses[faultsBefore], recovery.Time);
            }
        }
    }

    private async Task<T> ReadAsync()
    {
        await storage.ReadStateAsync();
        return Publish();
    }

    private async Task<T> WriteAsync(T next)
    {
        var before = Value;
        if (ReferenceEquals(next, before))
        {
            return before;
        }

        Publish();
        storage.State = next;
        try
        {
            await storage.WriteStateAsync();
        }
        catch
        {
            storage.State = before;
            throw;
        }

        return Publish();
    }

    /// <summary>
    /// From now on readers see what the storage object holds now: called before it changes, and after a success.
    /// </summary>
    private T Publish()
    {
        _published = (storage.State, storage.RecordExists);
        return storage.State;
    }

    private void GiveUp(Exception fault)
    {
        if (_fault is null)
        {
            _fault = fault;
            giveUp(fault);
        }
    }

    /// <summary>The outage of a store stays one: who meets it by this way waits as others do.</summary>
    private void ThrowIfGivenUp()
    {
        if (_fault is StorageFaultException outage)
        {
            throw new StorageFaultException(outage.Code, outage.Message);
        }

        if (_fault is not null)
        {
            throw new OrleansException("The activation was given up: the next one reads what is stored.", _fault);
        }
    }
}

/// <summary>How a grain settles a write of unknown outcome, instead of giving its activation up at once.</summary>
/// <param name="IsStored">Whether the state, read anew, has the change: only the reply was lost.</param>
/// <param name="PausesAfter">
/// The waits before each further try, by what the last one threw; the change is then applied to what was read. Faults
/// of one kind get the same list, not an equal one; it starts over when a fault of another kind came between.
/// </param>
/// <param name="OnFault">Called with each fault that is tried again, to log it.</param>
public sealed record WriteRecovery<T>(
    Func<T, bool> IsStored, Func<Exception, IReadOnlyList<TimeSpan>> PausesAfter, TimeProvider Time,
    Action<Exception> OnFault);

/// <summary>The storage provider refused the write and stored nothing.</summary>
[GenerateSerializer, Alias("ax2.WriteRejectedException")]
public class WriteRejectedException(string message) : OrleansException(message);

/// <summary>Thrown by a change that finds that another activation owns the state: a retry cannot help.</summary>
[GenerateSerializer, Alias("ax2.OwnerChangedException")]
public sealed class OwnerChangedException(string message) : OrleansException(message);
