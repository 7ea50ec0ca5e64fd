using System.Collections.Immutable;

namespace Ax2.Jobs;

/// <summary>The list of jobs that pages are read from: a projection of the job grains, which stay the truth.</summary>
public interface IJobIndex
{
    /// <summary>
    /// Writes the job's row, durable when it returns. A row with a higher <see cref="JobView.EventNumber"/> is left as
    /// it is, so late and repeated writes are harmless; but an end replaces a row that is live, whatever its number.
    /// The number must be one that the job has stored.
    /// </summary>
    Task UpsertAsync(JobView view, Guid userId, CancellationToken cancellationToken);

    /// <summary>
    /// The jobs that are not over, those first that nobody touched for longest, in pages. Each job once, and none that
    /// is touched from now on, so that it ends however busy they are. A page costs the same however many jobs are over.
    /// </summary>
    IAsyncEnumerable<ImmutableArray<Guid>> ListLiveAsync(int pageSize, CancellationToken cancellationToken);

    /// <summary>The jobs of a workspace by id. Empty after the last.</summary>
    /// <param name="after">The last one of the page before; null for the first.</param>
    Task<ImmutableArray<Guid>> ListOfWorkspaceAsync(
        Guid workspaceId, Guid? after, int limit, CancellationToken cancellationToken);

    /// <summary>Removes the job's row; one that is not there is fine.</summary>
    Task RemoveAsync(Guid jobId, CancellationToken cancellationToken);
}
