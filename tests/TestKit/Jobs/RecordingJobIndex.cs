using System.Collections.Concurrent;
using System.Collections.Immutable;
using Ax2.Jobs;

namespace Ax2.TestKit.Jobs;

/// <summary>The list of jobs in memory, under the same rule: an older event never replaces a newer one.</summary>
public sealed class RecordingJobIndex : IJobIndex
{
    public ConcurrentDictionary<Guid, JobView> Rows { get; } = new();

    /// <summary>Told of every write.</summary>
    public event Action<JobView> Written = _ => { };

    public Task UpsertAsync(JobView view, Guid userId, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(view);
        Rows.AddOrUpdate(view.JobId, view, (_, row) => view.EventNumber >= row.EventNumber ? view : row);
        Written(view);
        return Task.CompletedTask;
    }

    public Task<ImmutableArray<LiveJob>> ListLiveAsync(
        int limit, LiveJob? after, CancellationToken cancellationToken) =>
        Task.FromResult(Rows.Values
            .Where(job => !job.IsOver)
            .Select(job => new LiveJob(job.JobId, DateTimeOffset.FromUnixTimeMilliseconds(job.EventNumber)))
            .OrderBy(job => (job.UpdatedAt, job.JobId))
            .Where(job => after is null || (job.UpdatedAt, job.JobId).CompareTo((after.UpdatedAt, after.JobId)) > 0)
            .Take(limit)
            .ToImmutableArray());

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
