using System.Buffers.Text;
using System.Net.Http.Json;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Xunit;

namespace Ax2.Users;

[Collection(nameof(ApiHost))]
public sealed class AccessTokenTests(ApiHost host)
{
    [Fact]
    public async Task Token_OfASignIn_IsGood_AndStillWhenSignedAnewByTheSameKey()
    {
        using var user = await TestUser.SignUp(host);
        using var key = (await host.SigningKey()).Open();

        Assert.Equal(200, await user.StatusOf("/me"));
        Assert.Equal(200, await user.StatusOf("/me", TokenForge.Forge(user.Tokens.Access, key)));
    }

    [Fact]
    public async Task Nobody_IsAskedToSignIn()
    {
        using var user = await TestUser.SignUp(host);

        using var answer = await user.Get("/me", token: "");

        Assert.Equal((401, "not_signed_in"), await TestUser.Problem(answer));
        Assert.Equal("Bearer", answer.Headers.WwwAuthenticate.ToString());
    }

    public static TheoryData<string> Changes =>
        ["audience", "issuer", "expired", "noExpiry", "type", "noType", "keyId", "algorithm", "session", "noSession"];

    /// <summary>Signed by the right key, and wrong in one thing.</summary>
    [Theory, MemberData(nameof(Changes))]
    public async Task Token_RightKeyButWrongIn_IsNobody(string change)
    {
        using var user = await TestUser.SignUp(host);
        using var key = (await host.SigningKey()).Open();
        var past = host.Clock.GetUtcNow().AddMinutes(-5).ToUnixTimeSeconds();
        var (header, claims) = change switch
        {
            "audience" => (null, Set("aud", "another-api")),
            "issuer" => (null, Set("iss", "another-issuer")),
            "expired" => (null, Set("exp", past)),
            "noExpiry" => (null, Remove("exp")),
            "type" => (Set("typ", "JWT"), null),
            "noType" => (Remove("typ"), null),
            "keyId" => (Set("kid", "AAAAAAAAAAA"), null),
            "algorithm" => (Set("alg", "ES384"), null),
            "session" => (null, Set("sid", Guid.CreateVersion7().ToString())),
            "noSession" => (null, Remove("sid")),
            _ => ((Action<JsonObject>?)null, (Action<JsonObject>?)null),
        };

        Assert.Equal(401, await user.StatusOf("/me", TokenForge.Forge(user.Tokens.Access, key, header, claims)));
    }

    [Fact]
    public async Task Token_SignedByAnotherKey_IsNobody()
    {
        using var user = await TestUser.SignUp(host);
        using var stranger = ECDsa.Create(ECCurve.NamedCurves.nistP256);

        Assert.Equal(401, await user.StatusOf("/me", TokenForge.Forge(user.Tokens.Access, stranger)));
        Assert.Equal(401, await user.StatusOf(
            "/me", TokenForge.Forge(user.Tokens.Access, stranger, Remove("kid"))));
    }

    [Fact]
    public async Task Token_WithItsOwnKeyInTheHeader_IsNobody()
    {
        using var user = await TestUser.SignUp(host);
        using var stranger = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var point = stranger.ExportParameters(false).Q;
        var jwk = new JsonObject
        {
            ["kty"] = "EC",
            ["crv"] = "P-256",
            ["x"] = Base64Url.EncodeToString(point.X),
            ["y"] = Base64Url.EncodeToString(point.Y),
        };

        Assert.Equal(401, await user.StatusOf(
            "/me", TokenForge.Forge(user.Tokens.Access, stranger, header => header["jwk"] = jwk)));
    }

    [Theory]
    [InlineData("none")]
    [InlineData("None")]
    [InlineData("NONE")]
    [InlineData("")]
    public async Task Token_WithoutASignature_IsNobody(string algorithm)
    {
        using var user = await TestUser.SignUp(host);

        Assert.Equal(401, await user.StatusOf(
            "/me", TokenForge.Write(user.Tokens.Access, Set("alg", algorithm), null, _ => [])));
    }

    [Fact]
    public async Task Token_ChangedUnderItsSignature_IsNobody()
    {
        using var user = await TestUser.SignUp(host);
        using var victim = await TestUser.SignUp(host);
        var signature = Base64Url.DecodeFromChars(user.Tokens.Access.Split('.')[2]);

        Assert.Equal(401, await user.StatusOf("/me", TokenForge.Write(
            user.Tokens.Access, null, Set("sub", victim.UserId.ToString()), _ => signature)));
    }

    /// <summary>HS256 with the public key as its secret, in every form that a careless check might take.</summary>
    [Fact]
    public async Task Token_SignedWithThePublicKeyAsASharedSecret_IsNobody()
    {
        using var user = await TestUser.SignUp(host);
        using var key = (await host.SigningKey()).Open();
        var point = key.ExportParameters(false).Q;
        byte[][] secrets =
        [
            key.ExportSubjectPublicKeyInfo(),
            Encoding.ASCII.GetBytes(key.ExportSubjectPublicKeyInfoPem()),
            [.. point.X!, .. point.Y!],
            Encoding.ASCII.GetBytes(Base64Url.EncodeToString(point.X)),
            [],
        ];

        foreach (var secret in secrets)
        {
            Assert.Equal(401, await user.StatusOf("/me", TokenForge.Write(
                user.Tokens.Access, Set("alg", "HS256"), null, signed => HMACSHA256.HashData(secret, signed))));
        }
    }

    [Theory]
    [InlineData("x")]
    [InlineData("a.b.c")]
    [InlineData("....")]
    [InlineData("ax2k_")]
    [InlineData("ax2k_01234567_0123456789012345678901234567890123456789012345678901234567890123")]
    public async Task Token_ThatIsNone_IsNobody(string token)
    {
        using var user = await TestUser.SignUp(host);

        Assert.Equal(401, await user.StatusOf("/me", token));
    }

    [Fact]
    public async Task Token_AfterItsLife_IsNobody_AndARefreshedOneIsGood()
    {
        using var user = await TestUser.SignUp(host);
        host.Clock.Advance(new TokenOptions().AccessLifetime + TimeSpan.FromMinutes(1));

        Assert.Equal(401, await user.StatusOf("/me"));

        var tokens = await user.Read(
            HttpMethod.Post, "/sessions/refresh", new { refreshToken = user.Tokens.Refresh }, token: "");
        Assert.Equal(200, await user.StatusOf("/me", tokens.GetProperty("accessToken").GetString()));
    }

    [Fact]
    public async Task Keys_ArePublicHalvesOnly_AndVerifyATokenOutsideTheProduct()
    {
        using var user = await TestUser.SignUp(host);
        var keys = await user.Http.GetFromJsonAsync<JsonElement>(
            "/.well-known/jwks.json", TestContext.Current.CancellationToken);
        var parts = user.Tokens.Access.Split('.');
        var kid = KeyIdOf(user.Tokens.Access);
        var key = keys.GetProperty("keys").EnumerateArray().Single(k => k.GetProperty("kid").GetString() == kid);

        using var ecdsa = ECDsa.Create(new ECParameters
        {
            Curve = ECCurve.NamedCurves.nistP256,
            Q = new ECPoint { X = Coordinate("x"), Y = Coordinate("y") },
        });

        Assert.True(ecdsa.VerifyData(
            Encoding.ASCII.GetBytes($"{parts[0]}.{parts[1]}"), Base64Url.DecodeFromChars(parts[2]),
            HashAlgorithmName.SHA256));
        Assert.All(keys.GetProperty("keys").EnumerateArray(), k => Assert.False(k.TryGetProperty("d", out _)));

        byte[] Coordinate(string name) => Base64Url.DecodeFromChars(key.GetProperty(name).GetString());
    }

    [Fact]
    public async Task Keys_AreReplaced_AndBothSidesOfTheChangeAreGood()
    {
        using var user = await TestUser.SignUp(host);
        var next = (await host.KeyRing()).Keys[^1];
        if (next.SignsFrom <= host.Clock.GetUtcNow())
        {
            var rules = new TokenOptions();
            AdvanceTo(next.SignsFrom + rules.KeyLifetime - rules.PublishAhead);
            next = (await host.KeyRing()).Keys[^1];
        }

        AdvanceTo(next.SignsFrom - TimeSpan.FromMinutes(5));
        await user.SignIn();
        var before = user.Tokens.Access;
        AdvanceTo(next.SignsFrom + TimeSpan.FromMinutes(4));
        await user.SignIn();

        Assert.NotEqual(next.Id, KeyIdOf(before));
        Assert.Equal(next.Id, KeyIdOf(user.Tokens.Access));
        Assert.Equal(200, await user.StatusOf("/me", before));
        Assert.Equal(200, await user.StatusOf("/me"));

        void AdvanceTo(DateTimeOffset time) => host.Clock.Advance(time - host.Clock.GetUtcNow());
    }

    private static string? KeyIdOf(string token) => JsonDocument
        .Parse(Base64Url.DecodeFromChars(token.Split('.')[0])).RootElement.GetProperty("kid").GetString();

    private static Action<JsonObject> Set(string name, JsonNode value) => fields => fields[name] = value.DeepClone();

    private static Action<JsonObject> Remove(string name) => fields => fields.Remove(name);
}
