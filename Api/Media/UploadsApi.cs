using System.Collections.Immutable;
using Ax2.Http;
using Ax2.Limits;
using Ax2.Users;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Ax2.Media;

/// <summary>
/// Uploads: begin, send the parts to their URLs, complete. A client that was interrupted asks which parts arrived.
/// </summary>
internal static class UploadsApi
{
    /// <summary>A checksum for each of the most parts that a file can have.</summary>
    private const int ChecksumsBytes = 1024 * 1024;

    /// <summary>How long a request waits for the end of a completion, after up to 5 s in the middleware.</summary>
    private static readonly TimeSpan CompletionTimeout = TimeSpan.FromSeconds(4);

    internal static void MapUploads(this RouteGroupBuilder api)
    {
        var uploads = api.MapGroup("/uploads").WithTags("Uploads");
        uploads.MapPost("", Begin).WithSummary("Begin an upload: answers the URLs of its parts").ProducesProblem(422);
        uploads.MapGet("/{id:guid}", Get).WithSummary("Which parts are in, and what the file is").ProducesProblem(404);
        uploads.MapPost("/{id:guid}/complete", Complete).TakeAtMost(ChecksumsBytes)
            .WithSummary("All parts are sent: check, join and probe; 202 is not done yet: send the same again")
            .ProducesProblem(404).ProducesProblem(422);
        uploads.MapDelete("/{id:guid}", Delete).WithSummary("Remove the file").ProducesProblem(404);
    }

    private static async Task<Results<Created<UploadResponse>, ProblemHttpResult>> Begin(
        BeginUploadRequest request, Caller caller, IClusterClient cluster, TimeProvider time)
    {
        var id = Guid.CreateVersion7(time.GetUtcNow());
        var answer = await cluster.GetGrain<IUploadGrain>(id).Start(new StartUpload(
            caller.WorkspaceId, caller.UserId, request.FileName, request.SizeBytes, request.ContentType));
        return answer.Upload is { } upload && answer.Refusal is null
            ? TypedResults.Created($"/api/v1/uploads/{id}", UploadResponse.From(upload))
            : Problems.From(answer.Refusal!);
    }

    private static async Task<Results<Ok<UploadResponse>, ProblemHttpResult>> Get(
        Guid id, Caller caller, IClusterClient cluster) =>
        await cluster.GetGrain<IUploadGrain>(id).Get(caller.WorkspaceId) is { } upload
            ? TypedResults.Ok(UploadResponse.From(upload))
            : Unknown();

    private static async Task<Results<Ok<UploadResponse>, Accepted<UploadResponse>, ProblemHttpResult>> Complete(
        Guid id, CompleteUploadRequest? request, Caller caller, HttpContext context, IClusterClient cluster,
        TimeProvider time)
    {
        var checksums = (request?.Parts ?? []).Select(p => new PartChecksum(p.Number, p.Sha256)).ToImmutableArray();
        var upload = cluster.GetGrain<IUploadGrain>(id);
        var answer = await Watch(() => upload.Complete(caller.WorkspaceId, checksums), time, context.RequestAborted);
        if (answer.Refusal is { } refusal)
        {
            return Problems.From(refusal);
        }

        var response = UploadResponse.From(answer.Upload!);
        if (!IsUnderWay(answer))
        {
            return TypedResults.Ok(response);
        }

        context.Response.Headers.RetryAfter = "1";
        return TypedResults.Accepted($"/api/v1/uploads/{id}", response);
    }

    /// <summary>Asks until the completion has ended or the time is over; a call lost then changes nothing.</summary>
    private static async Task<UploadAnswer> Watch(
        Func<Task<UploadAnswer>> complete, TimeProvider time, CancellationToken cancellationToken)
    {
        var since = time.GetTimestamp();
        UploadAnswer? last = null;
        for (var left = CompletionTimeout; left > TimeSpan.Zero; left = CompletionTimeout - time.GetElapsedTime(since))
        {
            try
            {
                last = await complete().WaitAsync(left, time, cancellationToken);
            }
            catch (TimeoutException) when (last is not null)
            {
                break;
            }

            if (!IsUnderWay(last))
            {
                break;
            }
        }

        return last!;
    }

    private static bool IsUnderWay(UploadAnswer answer) => answer is { Refusal: null, Upload.State: UploadState.Open };

    private static async Task<Results<NoContent, ProblemHttpResult>> Delete(
        Guid id, Caller caller, IClusterClient cluster) =>
        await cluster.GetGrain<IUploadGrain>(id).Delete(caller.WorkspaceId) ? TypedResults.NoContent() : Unknown();

    private static ProblemHttpResult Unknown() =>
        Problems.From(MediaRefusals.UploadUnknown, "There is no such upload.");
}

internal sealed record BeginUploadRequest(string FileName, long SizeBytes, string? ContentType = null);

/// <param name="Parts">What the client sent, to be compared. May be left out.</param>
internal sealed record CompleteUploadRequest(IReadOnlyList<PartChecksumRequest>? Parts = null);

/// <param name="Sha256">Lower-case hexadecimal.</param>
internal sealed record PartChecksumRequest(int Number, string Sha256);

/// <param name="Parts">Every part has <paramref name="PartSizeBytes"/> bytes but the last.</param>
/// <param name="Media">Null until the upload is ready.</param>
/// <param name="PlaybackUrl">Short-lived; may be relative to this origin.</param>
internal sealed record UploadResponse(
    Guid Id,
    string FileName,
    long SizeBytes,
    UploadState State,
    long PartSizeBytes,
    IReadOnlyList<UploadPart> Parts,
    MediaInfo? Media,
    ErrorResponse? Error,
    string? PlaybackUrl,
    DateTimeOffset CreatedAt,
    DateTimeOffset ExpiresAt)
{
    internal static UploadResponse From(UploadView upload) => new(
        upload.UploadId, upload.FileName, upload.SizeBytes, upload.State, upload.PartSizeBytes, upload.Parts,
        upload.Media, ErrorResponse.From(upload.Refusal), upload.PlaybackUrl, upload.CreatedAt, upload.ExpiresAt);
}
