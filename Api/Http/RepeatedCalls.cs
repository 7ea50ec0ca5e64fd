using System.Collections.Concurrent;
using System.Reflection;
using System.Runtime.ExceptionServices;
using Ax2.Outages;
using Orleans.Runtime;

namespace Ax2.Http;

/// <summary>
/// Sends an <see cref="IdempotentAttribute"/> call again when its answer is lost: its silo died, or is not known to be
/// dead yet. The repeat finds the grain on another silo. Every other call is sent once: its outcome is unknown then.
/// </summary>
internal sealed partial class RepeatedCalls(TimeProvider time, ILogger<RepeatedCalls> logger) : IOutgoingGrainCallFilter
{
    /// <summary>
    /// Of a call with its repeats. A dead silo is voted out after some 4 s; a client of ours waits 10 s for an answer.
    /// </summary>
    internal static readonly TimeSpan Limit = TimeSpan.FromSeconds(8);

    /// <summary>
    /// From the beginning of one try to the next: calls to a silo that is not voted out yet are rejected at once.
    /// </summary>
    internal static readonly TimeSpan Interval = TimeSpan.FromSeconds(1);

    private readonly ConcurrentDictionary<MethodInfo, bool> _isIdempotent = new();
    private readonly OutageLines _lines = new(time);

    public async Task Invoke(IOutgoingGrainCallContext context)
    {
        if (context.InterfaceMethod is not { } called
            || !_isIdempotent.GetOrAdd(called, method => method.IsDefined(typeof(IdempotentAttribute))))
        {
            await context.Invoke();
            return;
        }

        var since = time.GetTimestamp();
        var begun = since;
        // The client's limit of a call ends the first try.
        var fault = await Lose(context, context.Invoke());
        while (fault is not null)
        {
            if (time.GetElapsedTime(since) + Interval >= Limit)
            {
                ExceptionDispatchInfo.Throw(fault);
            }

            if (_lines.IsDue(fault.GetType().Name, out var unlogged))
            {
                LogLost(context.InterfaceName, context.MethodName, StorageFaults.Describe(fault), unlogged);
            }

            await Task.Delay(Left(begun, Interval), time, CancellationToken.None);
            begun = time.GetTimestamp();
            fault = await Lose(context, context.Invoke().WaitAsync(Left(since, Limit), time));
        }
    }

    /// <summary>Null when the call was answered, be it with a fault of the grain's own.</summary>
    private static async Task<Exception?> Lose(IOutgoingGrainCallContext context, Task call)
    {
        try
        {
            await call;
            return context.Response?.Exception is { } fault && IsLost(fault) ? fault : null;
        }
        catch (Exception fault) when (IsLost(fault))
        {
            return fault;
        }
    }

    private TimeSpan Left(long since, TimeSpan limit)
    {
        var left = limit - time.GetElapsedTime(since);
        return left > TimeSpan.Zero ? left : TimeSpan.Zero;
    }

    private static bool IsLost(Exception fault) =>
        fault is TimeoutException or SiloUnavailableException or OrleansMessageRejectionException;

    [LoggerMessage(
        3010, LogLevel.Information,
        "The answer of {Interface}.{Method} is lost: {Cause}. It is asked again. "
        + "Such repeats since the last such line: {Unlogged}.")]
    private partial void LogLost(string @interface, string method, string cause, int unlogged);
}
