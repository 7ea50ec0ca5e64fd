using System.Collections.Concurrent;
using System.Collections.Immutable;
using Ax2.Jobs;

namespace Ax2.TestKit.Jobs;

/// <summary>
/// The list of jobs in memory, under the same rule: an older event never replaces a newer one, but for the end of a job
/// that is live.
/// </summary>
public sealed class RecordingJobIndex : IJobIndex
{
    public ConcurrentDictionary<Guid, JobView> Rows { get; } = new();

    /// <summary>Told of every write.</summary>
    public event Action<JobView> Written = _ => { };

    public Task UpsertAsync(JobView view, Guid userId, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(view);
        Rows.AddOrUpdate(view.JobId, view, (_, row) =>
            view.EventNumber >= row.EventNumber || (view.IsOver && !row.IsOver) ? view : row);
        Written(view);
        return Task.CompletedTask;
    }

    public IAsyncEnumerable<ImmutableArray<Guid>> ListLiveAsync(int pageSize, CancellationToken cancellationToken) =>
        Rows.Values
            .Where(job => !job.IsOver)
            .OrderBy(job => job.EventNumber)
            .Select(job => job.JobId)
            .Chunk(pageSize)
            .Select(page => page.ToImmutableArray())
            .ToAsyncEnumerable();

    public Task<ImmutableArray<Guid>> ListOfWorkspaceAsync(
        Guid workspaceId, Guid? after, int limit, CancellationToken cancellationToken) =>
        Task.FromResult(Rows.Values
            .Where(job => job.WorkspaceId == workspaceId && (after is null || job.JobId.CompareTo(after.Value) > 0))
            .Select(job => job.JobId)
            .Order()
            .Take(limit)
            .ToImmutableArray());

    public Task RemoveAsync(Guid jobId, CancellationToken cancellationToken)
    {
        Rows.TryRemove(jobId, out _);
        return Task.CompletedTask;
    }
}
