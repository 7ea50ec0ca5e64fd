namespace Ax2;

internal static class Reminders
{
    /// <summary>Ends a reminder. One that is not registered is no fault.</summary>
    internal static async Task RemoveReminder<TGrain>(this TGrain grain, string name)
        where TGrain : IGrainBase, IRemindable
    {
        if (await grain.GetReminder(name) is { } reminder)
        {
            await grain.UnregisterReminder(reminder);
        }
    }
}
