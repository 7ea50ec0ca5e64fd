using Ax2.TestKit.Cluster;
using Npgsql;

namespace Ax2.Benchmarks.Jobs.Faults;

/// <summary>
/// What the database saw of the chunks, written down by a trigger in the transaction of each write: so it holds whatever
/// becomes of the row later, and whichever silo wrote it.
/// </summary>
internal static class ChunkLog
{
    private const string Install =
        """
        CREATE SCHEMA faults;
        CREATE TABLE faults.chunk_writes (
            n0 bigint, n1 bigint, extension text, version integer, attempt integer, is_done boolean,
            at timestamptz DEFAULT clock_timestamp());
        CREATE FUNCTION faults.note() RETURNS trigger LANGUAGE plpgsql AS $$
        DECLARE chunk jsonb := convert_from(NEW.payload, 'UTF8')::jsonb;
        BEGIN
            INSERT INTO faults.chunk_writes (n0, n1, extension, version, attempt, is_done)
            VALUES (NEW.grain_id_n0, NEW.grain_id_n1, NEW.extension, NEW.version, (chunk ->> 'Attempt')::integer,
                coalesce(jsonb_typeof(chunk -> 'Result') = 'object', false));
            RETURN NULL;
        END $$;
        CREATE TRIGGER note AFTER INSERT OR UPDATE ON orleans.storage FOR EACH ROW
            WHEN (NEW.state_name = 'caption-chunk' AND NEW.payload IS NOT NULL) EXECUTE FUNCTION faults.note();
        """;

    /// <summary>Chunks that were begun again, or got another result, after they had one.</summary>
    private const string Repeated =
        """
        SELECT count(*) FROM faults.chunk_writes done JOIN faults.chunk_writes later USING (n0, n1, extension)
        WHERE done.is_done AND later.version > done.version AND later.attempt IS DISTINCT FROM done.attempt
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
        await using var query = database.CreateCommand(sql);
        await using var rows = await query.ExecuteReaderAsync(cancellationToken);
        var times = new Dictionary<string, DateTimeOffset>();
        while (await rows.ReadAsync(cancellationToken))
        {
            var job = new Guid([.. BitConverter.GetBytes(rows.GetInt64(0)), .. BitConverter.GetBytes(rows.GetInt64(1))]);
            times[$"{job}/chunks/{rows.GetString(2)}"] = rows.GetFieldValue<DateTimeOffset>(3);
        }

        return times;
    }

    private static async Task<long> CountAsync(
        LocalCluster cluster, string sql, CancellationToken cancellationToken)
    {
        await using var database = Open(cluster);
        await using var query = database.CreateCommand(sql);
        return (long)(await query.ExecuteScalarAsync(cancellationToken))!;
    }

    private static NpgsqlDataSource Open(LocalCluster cluster) =>
        NpgsqlDataSource.Create(cluster.Postgres.ConnectionString + ";Pooling=false");
}
