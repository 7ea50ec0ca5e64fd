using System.Text.Json;
using Npgsql;

namespace Ax2.Deletion;

/// <summary><see cref="IDeletionLog"/> in <c>ax2.deletions</c>.</summary>
internal sealed class DeletionLog(NpgsqlDataSource database) : IDeletionLog
{
    private const string Append =
        """
        INSERT INTO ax2.deletions (user_id, email_key, requested_at, begun_at, erased_at, erased)
        VALUES ($1, $2, $3, $4, $5, $6::jsonb)
        ON CONFLICT (user_id) DO NOTHING
        """;

    public async Task AppendAsync(DeletionRecord record, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(record);
        await using var command = database.CreateCommand(Append);
        Add(record.UserId);
        Add(record.EmailKey);
        Add(record.RequestedAt.ToUniversalTime());
        Add(record.BegunAt.ToUniversalTime());
        Add(record.ErasedAt.ToUniversalTime());
        Add(JsonSerializer.Serialize(record.Erased));
        await command.ExecuteNonQueryAsync(cancellationToken);

        void Add<T>(T value) => command.Parameters.Add(new NpgsqlParameter<T> { TypedValue = value });
    }
}
