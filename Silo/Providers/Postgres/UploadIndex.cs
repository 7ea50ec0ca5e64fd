using System.Collections.Immutable;
using Npgsql;

namespace Ax2.Media;

/// <summary><see cref="IUploadIndex"/> in <c>ax2.uploads</c>.</summary>
internal sealed class UploadIndex(NpgsqlDataSource database) : IUploadIndex
{
    private const string Insert =
        """
        INSERT INTO ax2.uploads (workspace_id, upload_id, began_at) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING
        """;

    private const string OfWorkspace =
        """
        SELECT upload_id FROM ax2.uploads WHERE workspace_id = $1 AND upload_id > $2 ORDER BY upload_id LIMIT $3
        """;

    private const string Delete = "DELETE FROM ax2.uploads WHERE workspace_id = $1 AND upload_id = $2";

    public async Task AddAsync(
        Guid workspaceId, Guid uploadId, DateTimeOffset beganAt, CancellationToken cancellationToken)
    {
        await using var command = database.CreateCommand(Insert);
        Add(command, workspaceId);
        Add(command, uploadId);
        Add(command, beganAt.ToUniversalTime());
        await command.ExecuteNonQueryAsync(cancellationToken);
    }

    public async Task<ImmutableArray<Guid>> ListOfWorkspaceAsync(
        Guid workspaceId, Guid? after, int limit, CancellationToken cancellationToken)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(limit, 1);
        await using var command = database.CreateCommand(OfWorkspace);
        Add(command, workspaceId);
        Add(command, after ?? Guid.Empty);
        Add(command, limit);
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        var uploads = ImmutableArray.CreateBuilder<Guid>();
        while (await reader.ReadAsync(cancellationToken))
        {
            uploads.Add(reader.GetGuid(0));
        }

        return uploads.ToImmutable();
    }

    public async Task RemoveAsync(Guid workspaceId, Guid uploadId, CancellationToken cancellationToken)
    {
        await using var command = database.CreateCommand(Delete);
        Add(command, workspaceId);
        Add(command, uploadId);
        await command.ExecuteNonQueryAsync(cancellationToken);
    }

    private static void Add<T>(NpgsqlCommand command, T value) =>
        command.Parameters.Add(new NpgsqlParameter<T> { TypedValue = value });
}
