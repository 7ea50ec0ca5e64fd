using System.Collections.Concurrent;

namespace Ax2.Jobs.Queue;

/// <summary>What jobs have asked the work queue for, in the order in which it arrived.</summary>
public sealed class SlotRequests : IIncomingGrainCallFilter
{
    private readonly ConcurrentQueue<SlotRequest> requests = new();

    public IEnumerable<SlotRequest> Of(Guid jobId) => requests.Where(request => request.JobId == jobId);

    public Task Invoke(IIncomingGrainCallContext context)
    {
        if (context.Request.GetArgumentCount() > 0 && context.Request.GetArgument(0) is SlotRequest request)
        {
            requests.Enqueue(request);
        }

        return context.Invoke();
    }
}
