using System.Collections.Immutable;

namespace Ax2.Users;

/// <summary>
/// The keys that access tokens are signed with. Key: 0. They are made, used and replaced by the silos alone: this is
/// the public half.
/// </summary>
[Alias("ax2.ISigningKeysGrain")]
public interface ISigningKeysGrain : IGrainWithIntegerKey
{
    /// <summary>
    /// All keys that a valid token may be signed with, and the next one some time before it is used: keep the answer
    /// for some minutes.
    /// </summary>
    [Alias("GetTokenRules"), Idempotent]
    Task<TokenRules> GetTokenRules();
}

/// <summary>What an access token must say and by whom it must be signed.</summary>
[GenerateSerializer, Alias("ax2.TokenRules"), Immutable]
public sealed record TokenRules(
    [property: Id(0)] string Issuer,
    [property: Id(1)] string Audience,
    [property: Id(2)] ImmutableArray<PublicKey> Keys);

/// <summary>An ECDSA key on P-256, its point in Base64url as in a JWK.</summary>
[GenerateSerializer, Alias("ax2.PublicKey"), Immutable]
public sealed record PublicKey(
    [property: Id(0)] string Id,
    [property: Id(1)] string X,
    [property: Id(2)] string Y);

/// <summary>The wire names of an access token (RFC 9068) and its claims.</summary>
public static class AccessTokenNames
{
    public const string Type = "at+jwt";
    public const string Algorithm = "ES256";
    public const string Session = "sid";
    public const string Workspace = "ws";

    /// <summary>When the user last proved to be that user, in seconds of Unix time.</summary>
    public const string SignedInAt = "auth_time";
}
