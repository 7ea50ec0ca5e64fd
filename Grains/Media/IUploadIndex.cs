using System.Collections.Immutable;

namespace Ax2.Media;

/// <summary>Which uploads a workspace has ever begun: by it they are found again when the workspace ends.</summary>
public interface IUploadIndex
{
    /// <summary>Adds an upload, durable when it returns. The same one again changes nothing.</summary>
    Task AddAsync(Guid workspaceId, Guid uploadId, DateTimeOffset beganAt, CancellationToken cancellationToken);

    /// <summary>By id. Empty after the last.</summary>
    /// <param name="after">The last one of the page before; null for the first.</param>
    /// <param name="limit">At least 1.</param>
    Task<ImmutableArray<Guid>> ListOfWorkspaceAsync(
        Guid workspaceId, Guid? after, int limit, CancellationToken cancellationToken);

    /// <summary>Removes an upload; one that is not there is fine.</summary>
    Task RemoveAsync(Guid workspaceId, Guid uploadId, CancellationToken cancellationToken);
}
