using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;

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
    internal static AccessToken Create(
        AccessTokenClaims claims, SigningKey key, TokenOptions options, DateTimeOffset now)
    {
        var end = now + options.AccessLifetime;
        var expiresAt = end < claims.NotAfter ? end : claims.NotAfter;
        var header = Part(new()
        {
            ["alg"] = AccessTokenNames.Algorithm,
            ["typ"] = AccessTokenNames.Type,
            ["kid"] = key.Id,
        });
        var payload = Part(new()
        {
            ["iss"] = options.Issuer,
            ["aud"] = options.Audience,
            ["sub"] = claims.UserId,
            [AccessTokenNames.Session] = claims.SessionId,
            [AccessTokenNames.Workspace] = claims.WorkspaceId,
            ["amr"] = claims.Methods,
            [AccessTokenNames.SignedInAt] = claims.SignedInAt.ToUnixTimeSeconds(),
            ["jti"] = Guid.CreateVersion7(now),
            ["iat"] = now.ToUnixTimeSeconds(),
            ["exp"] = expiresAt.ToUnixTimeSeconds(),
        });
        var signed = $"{header}.{payload}";
        using var ecdsa = key.Open();
        var signature = ecdsa.SignData(
            Encoding.ASCII.GetBytes(signed), HashAlgorithmName.SHA256,
            DSASignatureFormat.IeeeP1363FixedFieldConcatenation);
        return new AccessToken($"{signed}.{Base64Url.EncodeToString(signature)}", expiresAt);
    }

    private static string Part(Dictionary<string, object> fields) =>
        Base64Url.EncodeToString(JsonSerializer.SerializeToUtf8Bytes(fields));
}
