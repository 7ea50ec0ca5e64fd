namespace Ax2.Jobs.Queue;

/// <summary>Each waiting job's position, and when its turn will come. Pure.</summary>
internal sealed class QueueForecast
{
    private static readonly TimeSpan FarthestStart = TimeSpan.FromDays(30);

    private readonly Dictionary<Guid, (int Position, long AheadMs)> _jobs = [];
    private readonly long _totalMs;

    /// <param name="inOrder">The waiting jobs in the order in which they will be served.</param>
    public QueueForecast(IEnumerable<SlotRequest> inOrder)
    {
        foreach (var request in inOrder)
        {
            _jobs.Add(request.JobId, (_jobs.Count, _totalMs));
            _totalMs += request.RemainingMs;
        }
    }

    /// <summary>A job that is not known came later, and is behind all.</summary>
    public int PositionOf(Guid jobId) => Of(jobId).Position;

    /// <summary>How long the cluster recognises what is before the job.</summary>
    public TimeSpan WaitOf(Guid jobId, double speedMsPerSecond) =>
        TimeSpan.FromSeconds(Math.Min(Of(jobId).AheadMs / speedMsPerSecond, FarthestStart.TotalSeconds));

    private (int Position, long AheadMs) Of(Guid jobId) =>
        _jobs.TryGetValue(jobId, out var job) ? job : (_jobs.Count, _totalMs);
}
