using Ax2.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Http.Json;
using Microsoft.Extensions.Options;

namespace Ax2.Admin;

/// <summary>The audit log: page by page, and whole as a file.</summary>
internal static class AuditApi
{
    internal static void MapAudit(this RouteGroupBuilder api)
    {
        api.MapGet("/audit", List).WithSummary("Who did what, newest first").ProducesProblem(400);
        api.MapGet("/audit.csv", ([AsParameters] AuditRequest request, AdminCaller caller, IClusterClient cluster) =>
            Export(request, caller, cluster, AuditFile.Csv)).WithSummary("All of it as CSV");
        api.MapGet("/audit.ndjson", (
            [AsParameters] AuditRequest request,
            AdminCaller caller,
            IClusterClient cluster,
            IOptions<JsonOptions> json) =>
            Export(request, caller, cluster, AuditFile.Ndjson(json.Value.SerializerOptions)))
            .WithSummary("All of it as JSON lines");
    }

    private static async Task<Results<Ok<AuditPageResponse>, ProblemHttpResult>> List(
        [AsParameters] AuditRequest request, AdminCaller caller, IClusterClient cluster, string? cursor = null,
        int limit = AuditRequest.DefaultLimit)
    {
        if (limit is < 1 or > AuditRequest.MaxLimit)
        {
            return Problems.From(Problems.LimitInvalid, $"limit is 1 to {AuditRequest.MaxLimit}.");
        }

        if (!PageCursor.TryRead(cursor, out var before))
        {
            return Problems.From(Problems.CursorInvalid, "This cursor did not come from this list.");
        }

        var answer = await cluster.Admin().ListAudit(caller.Call, request.ToQuery(limit, before));
        return answer.Value is { } page
            ? TypedResults.Ok(AuditPageResponse.From(page))
            : Problems.From(answer.Refusal!);
    }

    /// <summary>Page by page, however long the log is; the first page decides whether there is a file at all.</summary>
    private static async Task<Results<PushStreamHttpResult, ProblemHttpResult>> Export(
        AuditRequest request, AdminCaller caller, IClusterClient cluster, AuditFile file)
    {
        var answer = await Page(null);
        if (answer.Value is not { } first)
        {
            return Problems.From(answer.Refusal!);
        }

        return TypedResults.Stream(
            async body =>
            {
                await body.WriteAsync(file.Begin);
                for (var page = first; ;)
                {
                    await body.WriteAsync(file.Write(page.Entries));
                    if (page.NextBefore is not { } next)
                    {
                        return;
                    }

                    // An end of the role ends the file: half a file without its end is a broken download.
                    page = (await Page(next)).Value ?? throw new InvalidOperationException("The export was refused.");
                }
            },
            file.ContentType,
            file.Name);

        Task<AdminAnswer<AuditPage>> Page(long? before) =>
            cluster.Admin().ListAudit(caller.Call, request.ToQuery(AuditRequest.ExportPage, before));
    }
}

/// <summary>Which records. Texts are compared whole.</summary>
internal sealed record AuditRequest(
    string? Actor = null,
    string? Action = null,
    string? Target = null,
    DateTimeOffset? From = null,
    DateTimeOffset? Until = null)
{
    internal const int DefaultLimit = 50;
    internal const int MaxLimit = 200;
    internal const int ExportPage = 500;

    internal AuditQuery ToQuery(int limit, long? before) => new(limit, before, Actor, Action, Target, From, Until);
}
