namespace Ax2.Jobs;

/// <summary>What the driver needs of the grain that it lives in.</summary>
internal interface IJobHost
{
    Recognition NewRecognition();

    /// <summary>Ticks on the grain's scheduler until it is disposed of.</summary>
    IDisposable StartTimer(Action tick, TimeSpan period);

    Task RegisterReminderAsync();

    Task UnregisterReminderAsync();

    /// <summary>Ends the activation. The reminder, a sweep or the next call drives a new one.</summary>
    void GiveUp();
}
