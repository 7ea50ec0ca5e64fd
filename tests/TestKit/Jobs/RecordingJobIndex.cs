using System.Collections.Concurrent;
using Ax2.Jobs;

namespace Ax2.TestKit.Jobs;

/// <summary>The list of jobs in memory, under the same rule: an older event never replaces a newer one.</summary>
public sealed class RecordingJobIndex : IJobIndex
{
    public ConcurrentDictionary<Guid, JobView> Rows { get; } = new();

    public Task UpsertAsync(JobView view, Guid userId, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(view);
        Rows.AddOrUpdate(view.JobId, view, (_, row) => view.EventNumber >= row.EventNumber ? view : row);
        return Task.CompletedTask;
    }
}
