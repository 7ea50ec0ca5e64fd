using Ax2.Postgres;
using Npgsql;

namespace Ax2.Jobs;

/// <summary>
/// <see cref="IJobIndex"/> in <c>ax2.jobs</c>: one statement, and the row itself decides whether the event is news.
/// </summary>
internal sealed class JobIndex(NpgsqlDataSource database) : IJobIndex
{
    /// <summary>The columns that a job gets at its start and keeps are not written again.</summary>
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
        """;

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
}
