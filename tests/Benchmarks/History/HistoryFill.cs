using Npgsql;

namespace Ax2.Benchmarks.History;

/// <summary>
/// Makes many finished jobs out of a few: every row that the product wrote for one user's jobs, in whatever table, is
/// copied with ids of its own. A copied user is a user: his jobs, captions, uploads and books are all there.
/// </summary>
/// <remarks>
/// An id's copy differs in six hexadecimal digits, which stand together in each of its spellings; in the templates they
/// are <see cref="Mark"/>. Only the hash chain of the copied ledgers is wrong, which nothing but the audit reads.
/// </remarks>
internal sealed class HistoryFill(NpgsqlDataSource database)
{
    private const string Mark = "@@@@@@";

    /// <summary>A part of the template user's e-mail address, so that each copy has an address of his own.</summary>
    public const string EmailTail = "00000000feed";

    /// <summary>
    /// Template rows as text. A key of the grain storage is two numbers, of which the second holds the id's last eight
    /// bytes in reverse: its digits 7 to 12 are the copy's three bytes, last first. The audit log stays as it is: no
    /// question that is asked here touches it.
    /// </summary>
    private const string MakeTemplates =
        $"""
        BEGIN ISOLATION LEVEL REPEATABLE READ;
        CREATE SCHEMA history;
        CREATE TABLE history.tails (tail text PRIMARY KEY);
        INSERT INTO history.tails
        SELECT DISTINCT right(id::text, 12)
        FROM ax2.jobs CROSS JOIN LATERAL unnest(ARRAY[job_id, workspace_id, user_id, upload_id]) AS id
        UNION SELECT '{EmailTail}';
        CREATE TABLE history.rows (number bigserial, source text, doc text);
        CREATE TABLE history.grains (number bigserial, state_name text, n0 bigint, n1 text, extension text,
            version integer, doc text);
        DO $$
        DECLARE source text; tail text;
        BEGIN
            FOR source IN SELECT format('ax2.%I', relname) FROM pg_class
                WHERE relnamespace = 'ax2'::regnamespace AND relkind = 'r' AND relname <> 'audit'
            LOOP
                EXECUTE format('INSERT INTO history.rows (source, doc) SELECT %L, to_jsonb(r)::text FROM %s r',
                    source, source);
            END LOOP;
            INSERT INTO history.grains (state_name, n0, n1, extension, version, doc)
            SELECT state_name, grain_id_n0, n1, extension, version, convert_from(payload, 'UTF8')
            FROM orleans.storage CROSS JOIN LATERAL lpad(to_hex(grain_id_n1), 16, '0') AS n1
            WHERE EXISTS (SELECT FROM history.tails t WHERE t.tail =
                (SELECT string_agg(substr(n1, i, 2), '' ORDER BY i DESC) FROM generate_series(1, 11, 2) AS i));
            FOR tail IN SELECT t.tail FROM history.tails t
            LOOP
                UPDATE history.rows SET doc = replace(doc, tail, '{Mark}' || substr(tail, 7))
                WHERE doc LIKE '%' || tail || '%';
                UPDATE history.grains SET doc = replace(doc, tail, '{Mark}' || substr(tail, 7))
                WHERE doc LIKE '%' || tail || '%';
            END LOOP;
            DELETE FROM history.rows WHERE doc NOT LIKE '%{Mark}%';
        END $$;
        COMMIT
        """;

    /// <summary>A job's row without a mark in its own id would be copied onto itself.</summary>
    private const string CheckTemplates =
        $"""
        DO $$
        BEGIN
            ASSERT NOT EXISTS (SELECT FROM history.rows
                WHERE source = 'ax2.jobs' AND doc::jsonb ->> 'job_id' NOT LIKE '%{Mark}%'), 'a job has no mark';
        END $$
        """;

    private const string CopyGrains =
        $"""
        INSERT INTO orleans.storage (service_id, state_name, grain_id_n0, grain_id_n1, extension, version, payload)
        SELECT 'ax2-caption', t.state_name, t.n0,
            ('x' || overlay(t.n1 PLACING substr(hex, 5, 2) || substr(hex, 3, 2) || substr(hex, 1, 2) FROM 7 FOR 6))
                ::bit(64)::bigint,
            t.extension, t.version, convert_to(replace(t.doc, '{Mark}', hex), 'UTF8')
        FROM history.grains t
        CROSS JOIN generate_series(1, $1) AS copy
        CROSS JOIN LATERAL lpad(to_hex(copy), 6, '0') AS hex
        WHERE t.number % $2 = $3
        """;

    /// <summary>The e-mail address of a copy.</summary>
    public static string EmailOf(int copy) => Email($"{copy:x6}{EmailTail[Mark.Length..]}");

    public static string TemplateEmail { get; } = Email(EmailTail);

    public async Task FillAsync(int copies, CancellationToken cancellationToken)
    {
        await ExecuteAsync("ALTER SYSTEM SET max_wal_size = '16GB'", cancellationToken);
        await ExecuteAsync("SELECT pg_reload_conf()", cancellationToken);
        await ExecuteAsync(MakeTemplates, cancellationToken);
        await ExecuteAsync(CheckTemplates, cancellationToken);
        var parts = Environment.ProcessorCount;
        var statements = (await SourcesAsync(cancellationToken)).Select(CopyRows).Append(CopyGrains);
        await Parallel.ForEachAsync(
            statements.SelectMany(_ => Enumerable.Range(0, parts), (sql, part) => (Sql: sql, Part: part)),
            new ParallelOptions { MaxDegreeOfParallelism = parts, CancellationToken = cancellationToken },
            async (work, token) => await ExecuteAsync(work.Sql, token, copies, parts, work.Part));
        await AddressesAsync(copies, cancellationToken);
        await ExecuteAsync("DROP SCHEMA history CASCADE", cancellationToken);
        await ExecuteAsync("VACUUM (ANALYZE)", cancellationToken);
        await ExecuteAsync("CHECKPOINT", cancellationToken);
    }

    private static string Email(string tail) => $"history-{tail}@ax2.localhost";

    private static string CopyRows(string source) =>
        $"""
        INSERT INTO {source}
        SELECT r.*
        FROM history.rows t
        CROSS JOIN generate_series(1, $1) AS copy
        CROSS JOIN LATERAL jsonb_populate_record(
            NULL::{source}, replace(t.doc, '{Mark}', lpad(to_hex(copy), 6, '0'))::jsonb) AS r
        WHERE t.source = '{source}' AND t.number % $2 = $3
        """;

    private async Task<List<string>> SourcesAsync(CancellationToken cancellationToken)
    {
        await using var query = database.CreateCommand("SELECT DISTINCT source FROM history.rows");
        await using var rows = await query.ExecuteReaderAsync(cancellationToken);
        var sources = new List<string>();
        while (await rows.ReadAsync(cancellationToken))
        {
            sources.Add(rows.GetString(0));
        }

        return sources;
    }

    /// <summary>An address grain's key is a hash of the address, so its row is not a copy with other digits.</summary>
    private async Task AddressesAsync(int copies, CancellationToken cancellationToken)
    {
        const string Insert =
            """
            INSERT INTO orleans.storage (service_id, state_name, grain_id_n0, grain_id_n1, extension, version, payload)
            SELECT s.service_id, s.state_name, s.grain_id_n0, s.grain_id_n1, c.key, s.version,
                convert_to(replace(convert_from(s.payload, 'UTF8'), t.tail,
                    lpad(to_hex(c.copy), 6, '0') || substr(t.tail, 7)), 'UTF8')
            FROM unnest($1) WITH ORDINALITY AS c (key, copy)
            CROSS JOIN orleans.storage s
            CROSS JOIN history.tails t
            WHERE s.extension = $2 AND position(t.tail IN convert_from(s.payload, 'UTF8')) > 0
            """;
        await using var command = database.CreateCommand(Insert);
        command.CommandTimeout = 0;
        command.Parameters.Add(new NpgsqlParameter<string[]>
        {
            TypedValue = [.. Enumerable.Range(1, copies).Select(copy => Users.EmailAddress.GrainKey(EmailOf(copy)))],
        });
        command.Parameters.Add(new NpgsqlParameter<string>
        {
            TypedValue = Users.EmailAddress.GrainKey(TemplateEmail),
        });
        await command.ExecuteNonQueryAsync(cancellationToken);
    }

    private async Task ExecuteAsync(string sql, CancellationToken cancellationToken, params int[] parameters)
    {
        await using var command = database.CreateCommand(sql);
        command.CommandTimeout = 0;
        foreach (var parameter in parameters)
        {
            command.Parameters.Add(new NpgsqlParameter<int> { TypedValue = parameter });
        }

        await command.ExecuteNonQueryAsync(cancellationToken);
    }
}
