using System.Collections.Immutable;
using Ax2.Http;
using Ax2.Workspaces;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Ax2.Users;

/// <summary>Keys for programs. The secret is shown once, when the key is made.</summary>
internal static class ApiKeysApi
{
    /// <summary>Days or hours beyond every limit, and still a time span.</summary>
    private const int FarTooLong = 10_000;

    internal static void MapApiKeys(this RouteGroupBuilder api)
    {
        var keys = api.MapGroup("/api-keys").WithTags("API keys");
        keys.MapGet("", List).WithSummary("Your API keys, the newest first");
        keys.MapDelete("/{id:guid}", Revoke).WithSummary("End a key; every process knows within seconds")
            .ProducesProblem(404);
        var making = keys.MapGroup("").RequireRecentSignIn().ProducesProblem(422);
        making.MapGroup("").For(RouteClass.Member).MapPost("", Create)
            .WithSummary("Make a key for the workspace; it may do no more than you may there").ProducesProblem(404);
        making.MapPost("/{id:guid}/rotate", Rotate).ProducesProblem(404)
            .WithSummary("Make its successor; the old one works on for the overlap");
    }

    private static async Task<Ok<ApiKeysResponse>> List(SignedIn caller, IClusterClient cluster)
    {
        var keys = await Keys(cluster, caller).List();
        return TypedResults.Ok(new ApiKeysResponse([.. keys.Select(ApiKeyResponse.From)]));
    }

    private static async Task<Results<Created<NewApiKeyResponse>, ProblemHttpResult>> Create(
        CreateApiKeyRequest request, SignedIn signedIn, Caller caller, FromDevice from, IClusterClient cluster) =>
        Made(await Keys(cluster, signedIn).Create(
            new CreateApiKey(
                caller.WorkspaceId, request.Name, [.. request.Scopes],
                TimeSpan.FromDays(Math.Clamp(request.LifetimeDays, 0, FarTooLong))),
            from.Device));

    private static async Task<Results<Created<NewApiKeyResponse>, ProblemHttpResult>> Rotate(
        Guid id, RotateApiKeyRequest request, SignedIn caller, FromDevice from, IClusterClient cluster) =>
        Made(await Keys(cluster, caller).Rotate(
            id, TimeSpan.FromHours(Math.Clamp(request.OverlapHours, -1, FarTooLong)), from.Device));

    private static async Task<Results<NoContent, ProblemHttpResult>> Revoke(
        Guid id, SignedIn caller, FromDevice from, IClusterClient cluster) =>
        await Keys(cluster, caller).Revoke(id, from.Device)
            ? TypedResults.NoContent()
            : Problems.From(ApiKeyRefusals.Unknown, "There is no such API key.");

    private static Results<Created<NewApiKeyResponse>, ProblemHttpResult> Made(ApiKeyAnswer answer) =>
        answer.Key is { } key
            ? TypedResults.Created("/api/v1/api-keys", new NewApiKeyResponse(answer.Token!, ApiKeyResponse.From(key)))
            : Problems.From(answer.Refusal!);

    private static IUserApiKeysGrain Keys(IClusterClient cluster, SignedIn caller) =>
        cluster.GetGrain<IUserApiKeysGrain>(caller.UserId);
}

/// <param name="Name">1 to 100 characters.</param>
/// <param name="Scopes">Some of <c>jobs:read</c>, <c>jobs:write</c> and <c>credits:read</c>.</param>
/// <param name="LifetimeDays">1 to 366.</param>
internal sealed record CreateApiKeyRequest(string Name, ImmutableArray<string> Scopes, int LifetimeDays = 90);

/// <param name="OverlapHours">How long the old key works on: 0 to 720.</param>
internal sealed record RotateApiKeyRequest(int OverlapHours = 24);

internal sealed record ApiKeysResponse(IReadOnlyList<ApiKeyResponse> Items);

/// <param name="Key">The whole key. It is shown this once.</param>
internal sealed record NewApiKeyResponse(string Key, ApiKeyResponse ApiKey);

/// <param name="Prefix">The beginning of the key, to distinguish it from others.</param>
/// <param name="LastUsedAt">To within ten minutes.</param>
internal sealed record ApiKeyResponse(
    Guid Id, string Name, string Prefix, Guid WorkspaceId, IReadOnlyList<string> Scopes, DateTimeOffset CreatedAt,
    DateTimeOffset ExpiresAt, DateTimeOffset? LastUsedAt)
{
    internal static ApiKeyResponse From(ApiKeyView key) => new(
        key.KeyId, key.Name, key.Prefix, key.WorkspaceId, key.Scopes, key.CreatedAt, key.ExpiresAt, key.LastUsedAt);
}
