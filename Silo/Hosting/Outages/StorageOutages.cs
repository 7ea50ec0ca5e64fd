namespace Ax2.Outages;

/// <summary>
/// Turns the fault of a store into what every process can read, and logs its cause. A vendor's exception stays
/// in this process: the other side may not know its type.
/// </summary>
internal sealed partial class StorageOutages(TimeProvider time, ILogger<StorageOutages> logger)
{
    private readonly OutageLines _lines = new(time);

    internal async Task Guard(Task work)
    {
        try
        {
            await work;
        }
        catch (Exception fault) when (StorageFaults.CodeOf(fault) is not null)
        {
            throw Translate(fault);
        }
    }

    internal async Task<T> Guard<T>(Task<T> work)
    {
        await Guard((Task)work);
        return await work;
    }

    /// <summary>The fault itself when it is none of a store.</summary>
    internal Exception Translate(Exception fault)
    {
        if (StorageFaults.CodeOf(fault) is not { } code)
        {
            return fault;
        }

        var cause = StorageFaults.Describe(fault);
        if (_lines.IsDue(code, out var unlogged))
        {
            LogOutage(code, cause, unlogged);
        }

        return new StorageFaultException(code, cause);
    }

    [LoggerMessage(
        5101, LogLevel.Error, "A store cannot be used ({Code}): {Cause}. Faults since the last such line: {Unlogged}.")]
    private partial void LogOutage(string code, string cause, int unlogged);
}
