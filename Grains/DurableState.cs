namespace Ax2;

internal static class DurableState
{
    /// <summary>
    /// Replaces the state and stores it. After a storage fault nobody knows what was stored, so the activation gives
    /// itself up and the next call reads anew; the fault goes on to the caller.
    /// </summary>
    internal static async Task Save<TState>(this IGrainBase grain, IPersistentState<TState> state, TState next)
    {
        try
        {
            state.State = next;
            await state.WriteStateAsync();
        }
        catch
        {
            grain.DeactivateOnIdle();
            throw;
        }
    }

    /// <summary>Clears the state for good; the activation goes with it. Idempotent.</summary>
    internal static async Task Erase<TState>(this IGrainBase grain, IPersistentState<TState> state)
    {
        grain.DeactivateOnIdle();
        if (state.RecordExists)
        {
            await state.ClearStateAsync();
        }
    }

    internal static Task Forget<TGrain>(this TGrain grain, string reminderName)
        where TGrain : IGrainBase, IRemindable => grain.RemoveReminder(reminderName);
}
