using System.Text.Json;
using Ax2.Benchmarks.Cluster;
using Ax2.Jobs.Chunks;
using Ax2.TestKit.Cluster;
using Npgsql;

namespace Ax2.Benchmarks.Jobs.Faults;

/// <summary>
/// What the database saw of the chunks, written down by a trigger in the transaction of each write: so it holds whatever
/// becomes of the row later, and whichever silo wrote it. The rows are encrypted, so that what they say is read later.
/// </summary>
internal static class ChunkLog
{
    private const string Install =
        """
        CREATE SCHEMA faults;
        CREATE TABLE faults.chunk_writes (
            id bigserial PRIMARY KEY, n0 bigint, n1 bigint, extension text, version integer, payload bytea,
            attempt integer, is_done boolean, at timestamptz DEFAULT clock_timestamp());
        CREATE INDEX ON faults.chunk_writes (id) WHERE attempt IS NULL;
        CREATE FUNCTION faults.note() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN
            INSERT INTO faults.chunk_writes (n0, n1, extension, version, payload)
            VALUES (NEW.grain_id_n0, NEW.grain_id_n1, NEW.extension, NEW.version, NEW.payload);
            RETURN NULL;
        END $$;
        CREATE TRIGGER note AFTER INSERT OR UPDATE ON orleans.storage FOR EACH ROW
            WHEN (NEW.state_name = 'caption-chunk' AND NEW.payload IS NOT NULL) EXECUTE FUNCTION faults.note();
        """;

    /// <summary>Chunks that were begun again, or got another result, after they had one.</summary>
    private const string Repeated =
        """
        SELECT count(*) FROM faults.chunk_writes done JOIN faults.chunk_writes later USING (n0, n1, extension)
        WHERE done.is_done AND later.id > done.id AND later.attempt IS DISTINCT FROM done.attempt
        """;

    private const string Checkpoints =
        "SELECT count(DISTINCT (n0, n1, extension)) FROM faults.chunk_writes WHERE is_done";

    private const string Attempts = "SELECT count(DISTINCT (n0, n1, extension, attempt)) FROM faults.chunk_writes";

    public static async Task InstallAsync(LocalCluster cluster, CancellationToken cancellationToken)
    {
        await using var database = Open(cluster);
        await using var command = database.CreateCommand(Install);
        await command.ExecuteNonQueryAsync(cancellationToken);
    }

    public static Task<long> RepeatedAsync(LocalCluster cluster, CancellationToken cancellationToken) =>
        CountAsync(cluster, Repeated, cancellationToken);

    public static Task<long> CheckpointsAsync(LocalCluster cluster, CancellationToken cancellationToken) =>
        CountAsync(cluster, Checkpoints, cancellationToken);

    public static Task<long> AttemptsAsync(LocalCluster cluster, CancellationToken cancellationToken) =>
        CountAsync(cluster, Attempts, cancellationToken);

    /// <summary>When each chunk got its first checkpoint, by the key that it is asked for under.</summary>
    public static async Task<Dictionary<string, DateTimeOffset>> CheckpointTimesAsync(
        LocalCluster cluster, CancellationToken cancellationToken)
    {
        const string sql =
            """
            SELECT n0, n1, extension, min(at) FROM faults.chunk_writes WHERE is_done GROUP BY n0, n1, extension
            """;
        await using var database = Open(cluster);
        await ReadNewAsync(cluster, database, cancellationToken);
        await using var query = database.CreateCommand(sql);
        await using var rows = await query.ExecuteReaderAsync(cancellationToken);
        var times = new Dictionary<string, DateTimeOffset>();
        while (await rows.ReadAsync(cancellationToken))
        {
            var job = StateReader.Id(rows.GetInt64(0), rows.GetInt64(1));
            times[$"{job}/chunks/{rows.GetString(2)}"] = rows.GetFieldValue<DateTimeOffset>(3);
        }

        return times;
    }

    private static async Task<long> CountAsync(
        LocalCluster cluster, string sql, CancellationToken cancellationToken)
    {
        await using var database = Open(cluster);
        await ReadNewAsync(cluster, database, cancellationToken);
        await using var query = database.CreateCommand(sql);
        return (long)(await query.ExecuteScalarAsync(cancellationToken))!;
    }

    private static async Task ReadNewAsync(
        LocalCluster cluster, NpgsqlDataSource database, CancellationToken cancellationToken)
    {
        var states = new StateReader(cluster);
        await using var query = database.CreateCommand(
            "SELECT id, payload, n0, n1, extension FROM faults.chunk_writes WHERE attempt IS NULL");
        await using var rows = await query.ExecuteReaderAsync(cancellationToken);
        while (await rows.ReadAsync(cancellationToken))
        {
            var json = states.Read(
                rows.GetFieldValue<byte[]>(1), "caption-chunk", rows.GetInt64(2), rows.GetInt64(3), rows.GetString(4));
            using var chunk = JsonDocument.Parse(json);
            await using var update = database.CreateCommand(
                "UPDATE faults.chunk_writes SET attempt = $1, is_done = $2, payload = NULL WHERE id = $3");
            update.Parameters.AddWithValue(chunk.RootElement.GetProperty(nameof(CaptionChunkState.Attempt)).GetInt32());
            update.Parameters.AddWithValue(
                chunk.RootElement.TryGetProperty(nameof(CaptionChunkState.Result), out var result)
                && result.ValueKind == JsonValueKind.Object);
            update.Parameters.AddWithValue(rows.GetInt64(0));
            await update.ExecuteNonQueryAsync(cancellationToken);
        }
    }

    private static NpgsqlDataSource Open(LocalCluster cluster) =>
        NpgsqlDataSource.Create(cluster.Postgres.ConnectionString + ";Pooling=false");
}
