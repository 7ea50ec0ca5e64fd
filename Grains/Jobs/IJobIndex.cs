namespace Ax2.Jobs;

/// <summary>The list of jobs that pages are read from: a projection of the job grains, which stay the truth.</summary>
public interface IJobIndex
{
    /// <summary>
    /// Writes the job's row, durable when it returns. A row with a higher <see cref="JobView.EventNumber"/> is left as
    /// it is, so late and repeated writes are harmless.
    /// </summary>
    Task UpsertAsync(JobView view, Guid userId, CancellationToken cancellationToken);
}
