using Ax2.Captions;
using Ax2.Credits;
using Ax2.Http;
using Ax2.Media;
using Ax2.Users;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;

namespace Ax2.Jobs;

/// <summary>Quotes, and jobs from their start to their end.</summary>
internal static class JobsApi
{
    private const int IdempotencyKeyMaxLength = 255;
    private const int DefaultPageSize = 20;
    private const int MaxPageSize = 100;

    internal static void MapJobs(this RouteGroupBuilder api)
    {
        api.MapPost("/quotes", GetQuote).WithTags("Jobs").WithSummary("What a job would cost")
            .ProducesProblem(404).ProducesProblem(422);
        var jobs = api.MapGroup("/jobs").WithTags("Jobs");
        jobs.MapPost("", Start).WithSummary("Start a job; the same Idempotency-Key is the same job")
            .ProducesProblem(402).ProducesProblem(404).ProducesProblem(409).ProducesProblem(422);
        jobs.MapGet("", List).WithSummary("The workspace's jobs, newest first").ProducesProblem(400);
        jobs.MapGet("/{id:guid}", Get).WithSummary("One job").ProducesProblem(404);
        jobs.MapPost("/{id:guid}/cancel", Cancel).ProducesProblem(404)
            .WithSummary("Stop a job; what was finished is delivered and charged, the rest of its credits returns");
        jobs.MapPost("/{id:guid}/retry", Retry)
            .WithSummary("Retry the missing parts of a failed, partial or cancelled job")
            .ProducesProblem(402).ProducesProblem(404).ProducesProblem(409).ProducesProblem(410);
        jobs.MapGet("/{id:guid}/events", JobEventStream.Get).ProducesProblem(404)
            .WithSummary("Server-sent events: the job at each change, resumable by Last-Event-ID");
    }

    private static async Task<Results<Ok<QuoteOffer>, ProblemHttpResult>> GetQuote(
        StartJobRequest request, Caller caller, IClusterClient cluster)
    {
        // The job grain computes the quote; a fresh id, so that nothing is stored.
        var answer = await cluster.GetGrain<ICaptionJobGrain>(Guid.CreateVersion7(TimeProvider.System.GetUtcNow()))
            .GetQuote(Command(request, caller));
        if (answer.Quote is not { } quote)
        {
            return Problems.From(answer.Refusal!);
        }

        var balance = await cluster.GetGrain<ICreditAccountGrain>(caller.WorkspaceId).GetBalance();
        return TypedResults.Ok(QuoteOffer.From(quote, balance));
    }

    private static async Task<Results<Accepted<JobResponse>, ProblemHttpResult>> Start(
        StartJobRequest request,
        [FromHeader(Name = "Idempotency-Key")] string? idempotencyKey,
        Caller caller,
        IClusterClient cluster,
        TimeProvider time)
    {
        if (idempotencyKey is { Length: 0 or > IdempotencyKeyMaxLength })
        {
            return Problems.From(
                Problems.IdempotencyKeyInvalid, $"An Idempotency-Key has 1 to {IdempotencyKeyMaxLength} characters.");
        }

        var id = idempotencyKey is null
            ? Guid.CreateVersion7(time.GetUtcNow())
            : JobIdOf(caller.WorkspaceId, idempotencyKey);
        var answer = await cluster.GetGrain<ICaptionJobGrain>(id).Start(Command(request, caller));
        return answer.Job is { } job && !IsRefusedStart(answer)
            ? TypedResults.Accepted($"/api/v1/jobs/{id}", JobResponse.From(job))
            : Problems.From(answer.Refusal!);
    }

    private static async Task<Results<Ok<JobPageResponse>, ProblemHttpResult>> List(
        Caller caller, JobList list, CancellationToken cancellationToken, string? cursor = null,
        int limit = DefaultPageSize)
    {
        if (limit is < 1 or > MaxPageSize)
        {
            return Problems.From(Problems.LimitInvalid, $"limit is 1 to {MaxPageSize}.");
        }

        JobCursor? after = null;
        if (cursor is not null && !JobCursor.TryParse(cursor, out after))
        {
            return Problems.From(Problems.CursorInvalid, "This cursor did not come from this list.");
        }

        var page = await list.ReadPageAsync(caller.WorkspaceId, after, limit, cancellationToken);
        return TypedResults.Ok(JobPageResponse.From(page));
    }

    private static async Task<Results<Ok<JobResponse>, ProblemHttpResult>> Get(
        Guid id, Caller caller, IClusterClient cluster) =>
        await cluster.GetGrain<ICaptionJobGrain>(id).Get(caller.WorkspaceId) is { } job
            ? TypedResults.Ok(JobResponse.From(job))
            : Unknown();

    private static async Task<Results<Accepted<JobResponse>, ProblemHttpResult>> Cancel(
        Guid id, Caller caller, IClusterClient cluster) =>
        await cluster.GetGrain<ICaptionJobGrain>(id).Cancel(caller.WorkspaceId) is { } job
            ? TypedResults.Accepted($"/api/v1/jobs/{id}", JobResponse.From(job))
            : Unknown();

    private static async Task<Results<Accepted<JobResponse>, ProblemHttpResult>> Retry(
        Guid id, Caller caller, IClusterClient cluster)
    {
        var answer = await cluster.GetGrain<ICaptionJobGrain>(id).Retry(caller.WorkspaceId);
        return answer.Refusal is { } refusal
            ? Problems.From(refusal)
            : TypedResults.Accepted($"/api/v1/jobs/{id}", JobResponse.From(answer.Job!));
    }

    internal static ProblemHttpResult Unknown() => Problems.From(JobRefusals.JobUnknown, "There is no such job.");

    private static StartJob Command(StartJobRequest request, Caller caller) =>
        new(caller.WorkspaceId, caller.UserId, request.UploadId, request.Language, request.AudioStreamIndex,
            request.PriceListVersion, request.Extras, request.Engine,
            request.Range is { } range ? new TimeSpanMs(range.StartMs, range.EndMs) : null, request.MergeInto);

    /// <summary>A job that never got its hold was refused; one that failed later had started.</summary>
    private static bool IsRefusedStart(JobAnswer answer) =>
        answer.Job is { Stage: JobStage.Failed } job && job.History.All(e => e.Stage != JobStage.Reserved);

    /// <summary>The same workspace and key give the same id, without a table of keys.</summary>
    private static Guid JobIdOf(Guid workspaceId, string idempotencyKey) =>
        NamedId.Of($"{workspaceId:N}/{idempotencyKey}");
}
