using System.Collections.Immutable;
using System.Security.Cryptography;

namespace Ax2.Users;

/// <summary>One API key, for whoever presents it. Key: <see cref="ApiKeyToken.GrainKey"/>, a hash.</summary>
[Alias("ax2.IApiKeyGrain")]
public interface IApiKeyGrain : IGrainWithStringKey
{
    /// <summary>
    /// Whose it is and what it may do, or null when it is unknown, revoked or expired. Remembers that it was used.
    /// </summary>
    [Alias("Verify"), Idempotent]
    Task<ApiKeyInfo?> Verify();
}

/// <summary>A user's API keys. Key: the user id.</summary>
[Alias("ax2.IUserApiKeysGrain")]
public interface IUserApiKeysGrain : IGrainWithGuidKey
{
    /// <summary>
    /// Makes a key. Its secret is in this answer and nowhere else. Refusals: <see cref="ApiKeyRefusals"/>.
    /// </summary>
    [Alias("Create")]
    Task<ApiKeyAnswer> Create(CreateApiKey command, Device device);

    /// <summary>Those that work, the newest first.</summary>
    [Alias("List"), Idempotent]
    Task<ImmutableArray<ApiKeyView>> List();

    /// <summary>
    /// Makes a key like this one, with as long a life; the old one works on for <paramref name="overlap"/>, or to its
    /// own end when that is sooner. Refusals: <see cref="ApiKeyRefusals.Unknown"/>,
    /// <see cref="ApiKeyRefusals.OverlapInvalid"/>, <see cref="ApiKeyRefusals.TooMany"/>.
    /// </summary>
    [Alias("Rotate")]
    Task<ApiKeyAnswer> Rotate(Guid keyId, TimeSpan overlap, Device device);

    /// <summary>Ends a key at once. False when it is none of this user's working ones.</summary>
    [Alias("Revoke")]
    Task<bool> Revoke(Guid keyId, Device device);

    /// <summary>Ends them all. Answers how many.</summary>
    [Alias("RevokeAll")]
    Task<int> RevokeAll(Device device);
}

/// <param name="Name">What its owner knows it by: 1 to 100 characters.</param>
/// <param name="Scopes">At least one of <see cref="ApiKeyScopes.All"/>.</param>
/// <param name="Lifetime">1 to 366 days.</param>
[GenerateSerializer, Alias("ax2.CreateApiKey"), Immutable]
public sealed record CreateApiKey(
    [property: Id(0)] Guid WorkspaceId,
    [property: Id(1)] string Name,
    [property: Id(2)] ImmutableArray<string> Scopes,
    [property: Id(3)] TimeSpan Lifetime);

/// <summary>Exactly one of <c>Key</c> and <c>Refusal</c> is set.</summary>
/// <param name="Token">The whole key, with its secret: set with <c>Key</c>.</param>
[GenerateSerializer, Alias("ax2.ApiKeyAnswer"), Immutable]
public sealed record ApiKeyAnswer(
    [property: Id(0)] string? Token,
    [property: Id(1)] ApiKeyView? Key,
    [property: Id(2)] Refusal? Refusal);

/// <summary>Whom an active key identifies.</summary>
[GenerateSerializer, Alias("ax2.ApiKeyInfo"), Immutable]
public sealed record ApiKeyInfo(
    [property: Id(0)] Guid KeyId,
    [property: Id(1)] Guid UserId,
    [property: Id(2)] Guid WorkspaceId,
    [property: Id(3)] ImmutableArray<string> Scopes,
    [property: Id(4)] DateTimeOffset ExpiresAt);

/// <param name="Prefix">The beginning of the key, to distinguish it from others: no secret.</param>
/// <param name="LastUsedAt">To within some minutes; null when it never was.</param>
[GenerateSerializer, Alias("ax2.ApiKeyView"), Immutable]
public sealed record ApiKeyView(
    [property: Id(0)] Guid KeyId,
    [property: Id(1)] string Name,
    [property: Id(2)] string Prefix,
    [property: Id(3)] Guid WorkspaceId,
    [property: Id(4)] ImmutableArray<string> Scopes,
    [property: Id(5)] DateTimeOffset CreatedAt,
    [property: Id(6)] DateTimeOffset ExpiresAt,
    [property: Id(7)] DateTimeOffset? LastUsedAt);

/// <summary><c>ax2k_</c>, a prefix to know it by, and 256 random bits.</summary>
public static class ApiKeyToken
{
    public const string Prefix = "ax2k_";
    private const int NameBytes = 4;
    private const int Length = 5 + NameBytes * 2 + 1 + 64;

    /// <summary>The whole key and the part of it that may be shown.</summary>
    public static (string Token, string Shown) Create()
    {
        var shown = Prefix + Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(NameBytes));
        return ($"{shown}_{SecretToken.Create()}", shown);
    }

    /// <summary>Null when the text cannot be an API key.</summary>
    public static string? GrainKey(string? token) =>
        token is { Length: Length } && token.StartsWith(Prefix, StringComparison.Ordinal)
            ? SecretToken.GrainKey("apikey", token)
            : null;
}

/// <summary>What a key may do. There is none for admins' acts, nor for a user's sign-in methods.</summary>
public static class ApiKeyScopes
{
    public const string JobsRead = "jobs:read";
    public const string JobsWrite = "jobs:write";
    public const string CreditsRead = "credits:read";

    public static ImmutableArray<string> All { get; } = [JobsRead, JobsWrite, CreditsRead];
}

/// <summary>Stable codes of <see cref="Refusal.Code"/> about API keys.</summary>
public static class ApiKeyRefusals
{
    public const string Unknown = "api_key_unknown";
    public const string NameInvalid = "api_key_name_invalid";
    public const string ScopesInvalid = "api_key_scopes_invalid";
    public const string LifetimeInvalid = "api_key_lifetime_invalid";
    public const string OverlapInvalid = "api_key_overlap_invalid";
    public const string TooMany = "api_key_limit_reached";
}
