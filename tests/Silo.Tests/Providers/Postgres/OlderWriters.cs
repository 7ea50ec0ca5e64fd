using System.Diagnostics;
using Npgsql;
using Xunit;

namespace Ax2.Tests.Postgres;

/// <summary>
/// Silos of the first version: they know the tables as the scripts up to app/0002 made them, and write to all of them
/// without a pause. Their statements stay as they were; a script that drops what they use, the contract of an
/// expansion, moves them to the first version that does without.
/// </summary>
internal sealed class OlderWriters(NpgsqlDataSource source) : IAsyncDisposable
{
    /// <summary>$1 is how often the statement was carried out before.</summary>
    private static readonly Dictionary<string, string> Statements = new()
    {
        ["a job begins"] =
            """
            INSERT INTO ax2.jobs (
                job_id, workspace_id, user_id, upload_id, file_name, language, stage, event_number, media_duration_ms,
                quoted_credits, charged_credits, created_at)
            SELECT gen_random_uuid(), gen_random_uuid(), gen_random_uuid(), gen_random_uuid(), 'a.mp4', 'en', 0, $1,
                1000, 1, 0, now()
            """,
        ["a job goes on"] =
            """
            INSERT INTO ax2.jobs AS job (
                job_id, workspace_id, user_id, upload_id, file_name, language, stage, event_number, media_duration_ms,
                quoted_credits, charged_credits, error_code, created_at, finished_at)
            SELECT job_id, workspace_id, user_id, upload_id, file_name, language, $1 % 6, $1, media_duration_ms,
                quoted_credits, 0, NULL, created_at, NULL
            FROM ax2.jobs WHERE job_id = '00000000-0000-0000-0000-000000000001'
            ON CONFLICT (job_id) DO UPDATE
            SET stage = excluded.stage, event_number = excluded.event_number,
                media_duration_ms = excluded.media_duration_ms, quoted_credits = excluded.quoted_credits,
                charged_credits = excluded.charged_credits, error_code = excluded.error_code,
                finished_at = excluded.finished_at, updated_at = now()
            WHERE job.event_number <= excluded.event_number
            """,
        ["an account commits"] =
            """
            WITH updated AS (
                UPDATE ax2.credit_accounts
                SET version = version + 1, last_batch_id = gen_random_uuid(), sequence = sequence + 1,
                    available = available + 1, issued = issued - 1, at = now(), next_due_at = 'infinity'
                WHERE account_id = '00000000-0000-0000-0000-000000000001' AND version = $1 + 1
                RETURNING account_id, sequence, available, held
            ), operations AS (
                INSERT INTO ax2.credit_operations (account_id, operation_id, content, answer)
                SELECT account_id, 'grant ' || sequence, '{}', '{}' FROM updated
            ), grants AS (
                INSERT INTO ax2.credit_grants (
                    account_id, grant_number, category, priority, effective_at, expires_at, granted, remaining, held,
                    is_effective, is_expired)
                SELECT account_id, sequence, 'Paid', 1, now(), NULL, 1, 1, 0, true, false FROM updated
            ), holds AS (
                INSERT INTO ax2.credit_holds (
                    account_id, hold_id, status, opened_sequence, credits, charged, refunded, opened_at, expires_at,
                    slices)
                SELECT account_id, gen_random_uuid(), 'Open', sequence, 1, 0, 0, now(), now() + interval '1 day', '[]'
                FROM updated
            )
            INSERT INTO ax2.credit_entries (
                account_id, sequence, occurred_at, kind, operation_id, hold_id, grant_number, available, held, issued,
                consumed, expired, refunded, available_after, held_after, actor, reason, hash)
            SELECT account_id, sequence, now(), 'Grant', 'grant ' || sequence, NULL, sequence, 1, 0, -1, 0, 0, 0,
                available, held, NULL, NULL, sha256(''::bytea)
            FROM updated
            """,
        ["a period is read"] =
            """
            SELECT sum(available) FROM (
                SELECT available FROM ax2.credit_entries
                WHERE account_id = '00000000-0000-0000-0000-000000000002'
                  AND occurred_at > now() - ($1 + 3600) * interval '1 s'
                ORDER BY occurred_at, sequence LIMIT 100) AS entry
            """,
        ["a grain is created"] =
            """
            INSERT INTO orleans.storage (
                service_id, state_name, grain_id_n0, grain_id_n1, extension, version, payload)
            SELECT 'service', 'state', 7, $1, '', 1, '{}'::bytea ON CONFLICT DO NOTHING
            """,
        ["a grain is written"] =
            """
            UPDATE orleans.storage SET payload = '{}'::bytea, version = version + 1, modified_at = now()
            WHERE grain_id_n1 = 1 AND grain_id_n0 = 1 AND extension = '' AND state_name = 'state'
              AND service_id = 'service' AND version = $1 + 1
            """,
        ["a reminder is set"] =
            """
            INSERT INTO orleans.reminder (
                service_id, grain_id, reminder_name, start_time, period_ms, grain_hash, version)
            VALUES ('service', 'job/' || $1 % 100, 'drive', now(), 60000, 1, 0)
            ON CONFLICT (service_id, grain_id, reminder_name) DO UPDATE SET version = orleans.reminder.version + 1
            """,
    };

    private readonly CancellationTokenSource over = new();
    private readonly Writer[] writers = [.. Statements.Select(statement => new Writer(statement.Key, statement.Value))];
    private Task running = Task.CompletedTask;

    public void Start() => running = Task.WhenAll(writers.Select(writer => Task.Run(async () =>
    {
        try
        {
            await RunAsync(writer);
        }
        finally
        {
            // One that fails ends all: nobody waits for the others' writes then.
            await over.CancelAsync();
        }
    })));

    /// <summary>The longest that a statement took since this was last asked.</summary>
    public (string Name, TimeSpan Took) TakeLongest() => writers
        .Select(writer => (writer.Name, TimeSpan.FromTicks(Interlocked.Exchange(ref writer.LongestTicks, 0))))
        .MaxBy(writer => writer.Item2);

    /// <summary>Returns when each has written so many times from now on. Throws when one fails.</summary>
    public async Task WaitForWritesAsync(int count, CancellationToken cancellationToken) =>
        await await Task.WhenAny(
            running, Task.WhenAll(writers.Select(writer => writer.WaitForWritesAsync(count, cancellationToken))));

    /// <summary>Throws when a statement failed or changed nothing.</summary>
    public async Task StopAsync()
    {
        await over.CancelAsync();
        await running;
    }

    public async ValueTask DisposeAsync()
    {
        await over.CancelAsync();
        await running.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        over.Dispose();
        foreach (var writer in writers)
        {
            writer.Dispose();
        }
    }

    private async Task RunAsync(Writer writer)
    {
        await using var connection = await source.OpenConnectionAsync(CancellationToken.None);
        for (var writes = 0; !over.IsCancellationRequested; writes++)
        {
            var started = Stopwatch.GetTimestamp();
            await using var command = new NpgsqlCommand(writer.Statement, connection);
            command.Parameters.Add(new NpgsqlParameter<int> { TypedValue = writes });
            var rows = await command.ExecuteNonQueryAsync(CancellationToken.None);
            Assert.True(rows != 0, $"{writer.Name}: nothing was written.");
            writer.Wrote(Stopwatch.GetElapsedTime(started).Ticks);
        }
    }

    private sealed class Writer(string name, string statement) : IDisposable
    {
        private readonly SemaphoreSlim written = new(0);

        public long LongestTicks;

        public string Name => name;

        public string Statement => statement;

        public void Wrote(long ticks)
        {
            // A reader may set it to zero meanwhile, which loses no more than this one.
            Volatile.Write(ref LongestTicks, Math.Max(ticks, Volatile.Read(ref LongestTicks)));
            written.Release();
        }

        public async Task WaitForWritesAsync(int count, CancellationToken cancellationToken)
        {
            while (written.Wait(0, cancellationToken))
            {
                // From now on.
            }

            for (var seen = 0; seen < count; seen++)
            {
                await written.WaitAsync(cancellationToken);
            }
        }

        public void Dispose() => written.Dispose();
    }
}
