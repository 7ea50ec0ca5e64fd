using Orleans.Runtime;

namespace Ax2;

/// <summary>
/// Counts the calls that each grain has taken up: a call counts once its method ran to its first wait, or to its end.
/// </summary>
public sealed class ArrivedCalls : IIncomingGrainCallFilter
{
    private readonly Lock gate = new();
    private readonly Dictionary<GrainId, int> counts = [];
    private (GrainId Grain, int Count, TaskCompletionSource Arrived)? awaited;

    /// <summary>One wait at a time.</summary>
    public Task Until(IAddressable grain, int count)
    {
        lock (gate)
        {
            var arrived = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            awaited = (grain.GetGrainId(), count, arrived);
            Complete();
            return arrived.Task;
        }
    }

    public async Task Invoke(IIncomingGrainCallContext context)
    {
        var call = context.Invoke();
        lock (gate)
        {
            counts[context.TargetId] = counts.GetValueOrDefault(context.TargetId) + 1;
            Complete();
        }

        await call;
    }

    private void Complete()
    {
        if (awaited is { } wait && counts.GetValueOrDefault(wait.Grain) >= wait.Count)
        {
            wait.Arrived.TrySetResult();
        }
    }
}
