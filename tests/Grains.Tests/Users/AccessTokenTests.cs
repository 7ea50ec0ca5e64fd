using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Xunit;

namespace Ax2.Users;

/// <summary>What stands in a token on the wire, read without the library that writes it.</summary>
public sealed class AccessTokenTests
{
    private static readonly DateTimeOffset _now = new(2030, 1, 1, 12, 0, 0, 500, TimeSpan.Zero);
    private readonly SigningKey _key = SigningKey.Create(_now);
    private readonly TokenOptions _options = new();
    private readonly AccessTokenClaims _claims = new(
        Guid.CreateVersion7(_now), Guid.CreateVersion7(_now), Guid.CreateVersion7(_now), ["pwd"],
        _now - TimeSpan.FromMinutes(3), _now + TimeSpan.FromDays(1));

    [Fact]
    public void Create_Header_NamesAlgorithmTypeAndKey()
    {
        var header = Part(Create().Token, 0);

        Assert.Equal(["alg", "kid", "typ"], Names(header));
        Assert.Equal("ES256", header.GetProperty("alg").GetString());
        Assert.Equal("at+jwt", header.GetProperty("typ").GetString());
        Assert.Equal(_key.Id, header.GetProperty("kid").GetString());
    }

    [Fact]
    public void Create_Payload_HasTheClaimsOfTheContractAndNoOther()
    {
        var payload = Part(Create().Token, 1);

        Assert.Equal(["amr", "aud", "auth_time", "exp", "iat", "iss", "jti", "sid", "sub", "ws"], Names(payload));
        Assert.Equal(_options.Issuer, payload.GetProperty("iss").GetString());
        Assert.Equal(_options.Audience, payload.GetProperty("aud").GetString());
        Assert.Equal(_claims.UserId, payload.GetProperty("sub").GetGuid());
        Assert.Equal(_claims.SessionId, payload.GetProperty("sid").GetGuid());
        Assert.Equal(_claims.WorkspaceId, payload.GetProperty("ws").GetGuid());
        Assert.Equal("pwd", Assert.Single(payload.GetProperty("amr").EnumerateArray()).GetString());
        Assert.Equal(_claims.SignedInAt.ToUnixTimeSeconds(), payload.GetProperty("auth_time").GetInt64());
        Assert.Equal(_now.ToUnixTimeSeconds(), payload.GetProperty("iat").GetInt64());
        Assert.NotEqual(Guid.Empty, payload.GetProperty("jti").GetGuid());
    }

    [Fact]
    public void Create_Signature_IsTheKeysOverHeaderAndPayload()
    {
        var parts = Create().Token.Split('.');
        using var key = _key.Open();

        Assert.True(key.VerifyData(
            Encoding.ASCII.GetBytes($"{parts[0]}.{parts[1]}"), Base64Url.DecodeFromChars(parts[2]),
            HashAlgorithmName.SHA256, DSASignatureFormat.IeeeP1363FixedFieldConcatenation));
    }

    [Theory]
    [InlineData(60, 60)]
    [InlineData(24 * 60 * 60, 10 * 60)]
    public void Create_Expiry_IsTheLifetimeButNeverAfterTheSession(int sessionSeconds, int tokenSeconds)
    {
        var end = _now + TimeSpan.FromSeconds(sessionSeconds);

        var token = AccessToken.Create(_claims with { NotAfter = end }, _key, _options, _now);

        Assert.Equal(_now + TimeSpan.FromSeconds(tokenSeconds), token.ExpiresAt);
        Assert.Equal(token.ExpiresAt.ToUnixTimeSeconds(), Part(token.Token, 1).GetProperty("exp").GetInt64());
    }

    private AccessToken Create() => AccessToken.Create(_claims, _key, _options, _now);

    private static JsonElement Part(string token, int index) =>
        JsonDocument.Parse(Base64Url.DecodeFromChars(token.Split('.')[index])).RootElement;

    private static IEnumerable<string> Names(JsonElement part) =>
        part.EnumerateObject().Select(field => field.Name).Order(StringComparer.Ordinal);
}
