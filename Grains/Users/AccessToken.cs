using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;

namespace Ax2.Users;

/// <summary>The half of the signing keys that only silos know.</summary>
[Alias("ax2.IAccessTokenSigner")]
public interface IAccessTokenSigner : IGrainWithIntegerKey
{
    [Alias("Sign")]
    Task<AccessToken> Sign(AccessTokenClaims claims);
}

/// <param name="NotAfter">The session's end: no token outlives it.</param>
[GenerateSerializer, Alias("ax2.AccessTokenClaims"), Immutable]
public sealed record AccessTokenClaims(
    [property: Id(0)] Guid UserId,
    [property: Id(1)] Guid SessionId,
    [property: Id(2)] Guid WorkspaceId,
    [property: Id(3)] IReadOnlyList<string> Methods,
    [property: Id(4)] DateTimeOffset SignedInAt,
    [property: Id(5)] DateTimeOffset NotAfter);

/// <summary>A JWT (RFC 9068), signed with ES256.</summary>
[GenerateSerializer, Alias("ax2.AccessToken"), Immutable]
public sealed record AccessToken([property: Id(0)] string Token, [property: Id(1)] DateTimeOffset ExpiresAt)
{
    private static readonly JsonWebTokenHandler _handler = new() { SetDefaultTimesOnTokenCreation = false };

    /// <summary>Providers of signatures are not kept: the private key is open only while it signs.</summary>
    private static readonly CryptoProviderFactory _signers = new() { CacheSignatureProviders = false };

    internal static AccessToken Create(
        AccessTokenClaims claims, SigningKey key, TokenOptions options, DateTimeOffset now)
    {
        var end = now + options.AccessLifetime;
        var expiresAt = end < claims.NotAfter ? end : claims.NotAfter;
        using var ecdsa = key.Open();
        var token = _handler.CreateToken(new SecurityTokenDescriptor
        {
            TokenType = AccessTokenNames.Type,
            Issuer = options.Issuer,
            Audience = options.Audience,
            IssuedAt = now.UtcDateTime,
            Expires = expiresAt.UtcDateTime,
            Claims = new Dictionary<string, object>
            {
                [JwtRegisteredClaimNames.Sub] = claims.UserId.ToString(),
                [AccessTokenNames.Session] = claims.SessionId.ToString(),
                [AccessTokenNames.Workspace] = claims.WorkspaceId.ToString(),
                [JwtRegisteredClaimNames.Amr] = claims.Methods.ToArray(),
                [AccessTokenNames.SignedInAt] = claims.SignedInAt.ToUnixTimeSeconds(),
                [JwtRegisteredClaimNames.Jti] = Guid.CreateVersion7(now).ToString(),
            },
            SigningCredentials = new SigningCredentials(
                new ECDsaSecurityKey(ecdsa) { KeyId = key.Id }, AccessTokenNames.Algorithm)
            {
                CryptoProviderFactory = _signers,
            },
        });
        return new AccessToken(token, expiresAt);
    }
}
