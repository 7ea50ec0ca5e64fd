using System.Text.Json;
using Ax2.Http;
using Ax2.Users;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.Net.Http.Headers;

namespace Ax2.Deletion;

/// <summary>What the service holds on a user, and the end of it.</summary>
internal static class DeletionApi
{
    internal static void MapDeletion(this RouteGroupBuilder api)
    {
        var me = api.MapGroup("/me").WithTags("Account");
        me.MapDelete("/deletion", Keep).ProducesProblem(404).WithSummary("Keep the account that was to be deleted");
        me.MapGroup("").RequireRecentSignIn().MapGet("/export", Export)
            .WithSummary("Everything that the service holds on you, as JSON").Produces<ExportResponse>();
        me.MapGroup("").ProducesProblem(403).ProducesProblem(422).MapPost("/deletion", Delete)
            .WithSummary("Delete the account after a grace period");
    }

    private static async Task<Results<Accepted<DeletionResponse>, ProblemHttpResult>> Delete(
        DeletionRequest request, HttpContext context, SignedIn caller, FromDevice from, IClusterClient cluster,
        Credentials credentials)
    {
        var answer = await cluster.GetGrain<IAccountDeletionGrain>(caller.UserId).Request(
            request.Password, from.Device, context.RequestAborted);
        if (answer.DueAt is not { } dueAt)
        {
            return Problems.From(answer.Refusal!);
        }

        credentials.RemoveSession(caller.SessionId);
        SessionCookies.Clear(context);
        return TypedResults.Accepted((string?)null, new DeletionResponse(dueAt));
    }

    private static async Task<Results<NoContent, ProblemHttpResult>> Keep(
        SignedIn caller, FromDevice from, IClusterClient cluster) =>
        await cluster.GetGrain<IAccountDeletionGrain>(caller.UserId).Cancel(from.Device)
            ? TypedResults.NoContent()
            : Problems.From(Problems.NotFound, "This account is not to be deleted.");

    /// <summary>
    /// Written as it is read: no process holds all of it. Nothing is written before the first record is there, so that
    /// a fault of the first call is an answer.
    /// </summary>
    private static async Task Export(
        HttpContext context, SignedIn caller, FromDevice from, IClusterClient cluster, TimeProvider time)
    {
        var grain = cluster.GetGrain<IPersonalDataGrain>(caller.UserId);
        await using var records = new ExportRecords(() => grain.Export(from.Device), time)
            .ReadAsync(context.RequestAborted).GetAsyncEnumerator(context.RequestAborted);
        var hasRecord = await records.MoveNextAsync();
        context.Response.ContentType = "application/json; charset=utf-8";
        context.Response.Headers.ContentDisposition =
            new ContentDispositionHeaderValue("attachment") { FileName = "ax2-caption-export.json" }.ToString();
        await using var json = new Utf8JsonWriter(context.Response.BodyWriter);
        json.WriteStartObject();
        json.WriteString("exportedAt", time.GetUtcNow());
        json.WriteStartArray("records");
        for (; hasRecord; hasRecord = await records.MoveNextAsync())
        {
            json.WriteStartObject();
            json.WriteString("kind", records.Current.Kind);
            json.WritePropertyName("data");
            json.WriteRawValue(records.Current.Json);
            json.WriteEndObject();
            await json.FlushAsync(context.RequestAborted);
            await context.Response.BodyWriter.FlushAsync(context.RequestAborted);
        }

        json.WriteEndArray();
        json.WriteEndObject();
    }
}

/// <param name="Password">The current one.</param>
internal sealed record DeletionRequest(string Password);

/// <param name="DueAt">Until then the account can be kept: sign in and say so.</param>
internal sealed record DeletionResponse(DateTimeOffset DueAt);

/// <param name="Records">Each with its kind: profile, session, job, credit_entry and so on.</param>
internal sealed record ExportResponse(DateTimeOffset ExportedAt, IReadOnlyList<ExportRecord> Records);

internal sealed record ExportRecord(string Kind, JsonElement Data);
