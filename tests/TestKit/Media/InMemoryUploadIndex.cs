using System.Collections.Concurrent;
using System.Collections.Immutable;
using Ax2.Media;

namespace Ax2.TestKit.Media;

/// <summary>The uploads of workspaces in memory.</summary>
public sealed class InMemoryUploadIndex : IUploadIndex
{
    private readonly ConcurrentDictionary<(Guid Workspace, Guid Upload), DateTimeOffset> _rows = new();

    public Task AddAsync(
        Guid workspaceId, Guid uploadId, DateTimeOffset beganAt, CancellationToken cancellationToken)
    {
        _rows.TryAdd((workspaceId, uploadId), beganAt);
        return Task.CompletedTask;
    }

    public Task<ImmutableArray<Guid>> ListOfWorkspaceAsync(
        Guid workspaceId, Guid? after, int limit, CancellationToken cancellationToken) =>
        Task.FromResult(_rows.Keys
            .Where(row => row.Workspace == workspaceId && (after is null || row.Upload.CompareTo(after.Value) > 0))
            .Select(row => row.Upload)
            .Order()
            .Take(limit)
            .ToImmutableArray());

    public Task RemoveAsync(Guid workspaceId, Guid uploadId, CancellationToken cancellationToken)
    {
        _rows.TryRemove((workspaceId, uploadId), out _);
        return Task.CompletedTask;
    }
}
