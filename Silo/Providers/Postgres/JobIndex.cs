using System.Collections.Immutable;
using System.Runtime.CompilerServices;
using Ax2.Postgres;
using Npgsql;

namespace Ax2.Jobs;

/// <summary>
/// <see cref="IJobIndex"/> in <c>ax2.jobs</c>: one statement, and the row itself decides whether the event is newer.
/// </summary>
internal sealed class JobIndex(NpgsqlDataSource database) : IJobIndex
{
    /// <summary>
    /// The columns that a job gets at its start and keeps are not written again. An end is also taken by a live row of a
    /// slightly higher number: silos of the version before may have given it one that was never stored. Numbers follow
    /// the clock in milliseconds, so an end that a frozen silo writes late is older than the job's retry by more.
    /// </summary>
    private const string Upsert =
        """
        INSERT INTO ax2.jobs AS job (
            job_id, workspace_id, user_id, upload_id, file_name, language, stage, event_number, media_duration_ms,
            quoted_credits, charged_credits, error_code, created_at, finished_at)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14)
        ON CONFLICT (job_id) DO UPDATE
        SET stage = excluded.stage, event_number = excluded.event_number,
            media_duration_ms = excluded.media_duration_ms, quoted_credits = excluded.quoted_credits,
            charged_credits = excluded.charged_credits, error_code = excluded.error_code,
            finished_at = excluded.finished_at, updated_at = now()
        WHERE job.event_number <= excluded.event_number
            OR job.stage < 6 AND excluded.stage >= 6 AND job.event_number < excluded.event_number + 10000
        """;

    /// <summary>In the order of the partial index, so that it is read from one place on.</summary>
    internal const string Live =
        """
        SELECT job_id, updated_at
        FROM ax2.jobs
        WHERE stage < 6 AND (updated_at, job_id) > ($1, $2) AND updated_at <= $3
        ORDER BY updated_at, job_id
        LIMIT $4
        """;

    private const string OfWorkspace =
        "SELECT job_id FROM ax2.jobs WHERE workspace_id = $1 AND job_id > $2 ORDER BY job_id LIMIT $3";

    public async Task UpsertAsync(JobView view, Guid userId, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(view);
        await using var command = database.CreateCommand(Upsert);
        Add(view.JobId);
        Add(view.WorkspaceId);
        Add(userId);
        Add(view.UploadId);
        Add(view.FileName);
        Add(view.Language);
        Add((short)view.Stage);
        Add(view.EventNumber);
        Add(view.MediaDurationMs);
        Add(view.Quote.TotalCredits);
        Add(view.ChargedCredits);
        Add(view.Refusal?.Code);
        Add(view.CreatedAt.ToUniversalTime());
        Add(view.FinishedAt?.ToUniversalTime());
        await command.ExecuteNonQueryAsync(cancellationToken);

        void Add<T>(T value) => command.Parameters.Add(new NpgsqlParameter<T> { TypedValue = value });
    }

    /// <remarks>
    /// A job that is woken has its row written and goes to the end of the order, so the end is fixed beforehand, by the
    /// clock that dates the rows.
    /// </remarks>
    public async IAsyncEnumerable<ImmutableArray<Guid>> ListLiveAsync(
        int pageSize, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(pageSize, 1);
        var until = await ReadNowAsync(cancellationToken);
        var last = (JobId: Guid.Empty, UpdatedAt: DateTimeOffset.MinValue);
        while (await ReadLiveAsync(last, until, pageSize, cancellationToken) is [.., var next] page)
        {
            yield return [.. page.Select(job => job.JobId)];
            last = next;
        }
    }

    public async Task<ImmutableArray<Guid>> ListOfWorkspaceAsync(
        Guid workspaceId, Guid? after, int limit, CancellationToken cancellationToken)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(limit, 1);
        await using var command = database.CreateCommand(OfWorkspace);
        command.Parameters.Add(new NpgsqlParameter<Guid> { TypedValue = workspaceId });
        command.Parameters.Add(new NpgsqlParameter<Guid> { TypedValue = after ?? Guid.Empty });
        command.Parameters.Add(new NpgsqlParameter<int> { TypedValue = limit });
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        var jobs = ImmutableArray.CreateBuilder<Guid>();
        while (await reader.ReadAsync(cancellationToken))
        {
            jobs.Add(reader.GetGuid(0));
        }

        return jobs.ToImmutable();
    }

    public async Task RemoveAsync(Guid jobId, CancellationToken cancellationToken)
    {
        await using var command = database.CreateCommand("DELETE FROM ax2.jobs WHERE job_id = $1");
        command.Parameters.Add(new NpgsqlParameter<Guid> { TypedValue = jobId });
        await command.ExecuteNonQueryAsync(cancellationToken);
    }

    private async Task<DateTimeOffset> ReadNowAsync(CancellationToken cancellationToken)
    {
        await using var command = database.CreateCommand("SELECT now()");
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        await reader.ReadAsync(cancellationToken);
        return reader.GetFieldValue<DateTimeOffset>(0);
    }

    private async Task<List<(Guid JobId, DateTimeOffset UpdatedAt)>> ReadLiveAsync(
        (Guid JobId, DateTimeOffset UpdatedAt) after,
        DateTimeOffset until,
        int limit,
        CancellationToken cancellationToken)
    {
        await using var command = database.CreateCommand(Live);
        command.Parameters.Add(new NpgsqlParameter<DateTimeOffset> { TypedValue = after.UpdatedAt });
        command.Parameters.Add(new NpgsqlParameter<Guid> { TypedValue = after.JobId });
        command.Parameters.Add(new NpgsqlParameter<DateTimeOffset> { TypedValue = until });
        command.Parameters.Add(new NpgsqlParameter<int> { TypedValue = limit });
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        var jobs = new List<(Guid JobId, DateTimeOffset UpdatedAt)>();
        while (await reader.ReadAsync(cancellationToken))
        {
            jobs.Add((reader.GetGuid(0), reader.GetFieldValue<DateTimeOffset>(1)));
        }

        return jobs;
    }
}
