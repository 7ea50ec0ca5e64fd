using System.Collections.Immutable;
using Ax2.Outages;
using Npgsql;

namespace Ax2.Jobs;

/// <summary>
/// The jobs of a workspace, newest first, read from the silo's projection: it may be one event behind the job itself.
/// </summary>
internal sealed class JobList(NpgsqlDataSource database)
{
    /// <summary>
    /// The position is compared as one value, so that a page costs the same however far down the list it is.
    /// </summary>
    internal const string Page =
        """
        SELECT job_id, upload_id, file_name, language, stage, event_number, media_duration_ms, quoted_credits,
               charged_credits, error_code, created_at, finished_at
        FROM ax2.jobs
        WHERE workspace_id = $1 AND (created_at, job_id) < ($2, $3)
        ORDER BY created_at DESC, job_id DESC
        LIMIT $4
        """;

    /// <summary>Before every job: no job is that new.</summary>
    private static readonly JobCursor Top = new(DateTimeOffset.MaxValue, Guid.AllBitsSet);

    /// <param name="after">Null for the first page.</param>
    /// <param name="limit">At least 1.</param>
    public Task<JobPage> ReadPageAsync(
        Guid workspaceId, JobCursor? after, int limit, CancellationToken cancellationToken)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(limit, 1);
        return StorageFaults.ReadAsync(() => ReadOnceAsync(workspaceId, after, limit, cancellationToken));
    }

    private async Task<JobPage> ReadOnceAsync(
        Guid workspaceId, JobCursor? after, int limit, CancellationToken cancellationToken)
    {
        var from = after ?? Top;
        await using var command = database.CreateCommand(Page);
        command.Parameters.Add(new NpgsqlParameter<Guid> { TypedValue = workspaceId });
        command.Parameters.Add(new NpgsqlParameter<DateTimeOffset> { TypedValue = from.CreatedAt });
        command.Parameters.Add(new NpgsqlParameter<Guid> { TypedValue = from.JobId });
        // One more shows whether there is a next page.
        command.Parameters.Add(new NpgsqlParameter<int> { TypedValue = limit + 1 });
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        var rows = ImmutableArray.CreateBuilder<JobRow>();
        while (await reader.ReadAsync(cancellationToken))
        {
            rows.Add(Read(reader));
        }

        if (rows.Count <= limit)
        {
            return new JobPage(rows.ToImmutable(), null);
        }

        rows.RemoveAt(limit);
        return new JobPage(rows.ToImmutable(), new JobCursor(rows[^1].CreatedAt, rows[^1].Id));
    }

    private static JobRow Read(NpgsqlDataReader row) => new(
        row.GetGuid(0), row.GetGuid(1), row.GetString(2), row.GetString(3), (JobStage)row.GetInt16(4), row.GetInt64(5),
        row.GetInt64(6), row.GetInt64(7), row.GetInt64(8), row.IsDBNull(9) ? null : row.GetString(9),
        row.GetFieldValue<DateTimeOffset>(10), row.IsDBNull(11) ? null : row.GetFieldValue<DateTimeOffset>(11));
}

/// <param name="Next">Null on the last page.</param>
internal sealed record JobPage(ImmutableArray<JobRow> Jobs, JobCursor? Next);

/// <param name="ErrorCode">Why it failed, else null.</param>
internal sealed record JobRow(
    Guid Id,
    Guid UploadId,
    string FileName,
    string Language,
    JobStage Stage,
    long EventNumber,
    long MediaDurationMs,
    long QuotedCredits,
    long ChargedCredits,
    string? ErrorCode,
    DateTimeOffset CreatedAt,
    DateTimeOffset? FinishedAt);

/// <param name="NextCursor">Give it as <c>cursor</c> for the next page; null on the last one.</param>
internal sealed record JobPageResponse(IReadOnlyList<JobRow> Items, string? NextCursor)
{
    internal static JobPageResponse From(JobPage page) => new(page.Jobs, page.Next?.ToString());
}

internal static class JobListRegistration
{
    internal static IServiceCollection AddJobList(this IServiceCollection services) => services.AddSingleton<JobList>();
}
