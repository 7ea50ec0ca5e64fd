using System.Buffers.Text;
using System.Collections.Concurrent;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using Ax2.Users;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.Extensions.Logging;

namespace Ax2.TestKit.Users;

/// <summary>
/// An OpenID Connect provider on loopback: discovery, keys, authorization with PKCE, tokens. It is strict with its
/// client, and lies when a test says so.
/// </summary>
/// <param name="callbacks">Where it sends browsers back to, and nowhere else.</param>
public sealed class OidcServer(TimeProvider time, params string[] callbacks) : IAsyncDisposable
{
    public const string ClientId = "ax2-test";
    public const string ClientSecret = "a secret that stays in the silo";

    private const string AccessToken = "for the user info alone";

    private readonly RSA _key = RSA.Create(2048);
    private readonly RSA _strangersKey = RSA.Create(2048);
    private readonly ConcurrentDictionary<string, (IQueryCollection Request, OidcPerson Person)> _codes = new();
    private WebApplication? _app;

    public string Issuer => _app!.Urls.Single();

    /// <summary>Who sits at the browser.</summary>
    public OidcPerson Person { get; set; } = new("nobody", null, false);

    /// <summary>Changes to the next ID tokens, before they are signed.</summary>
    public Action<JsonObject>? ChangeClaims { get; set; }

    /// <summary><c>RS256</c>, or a way to cheat.</summary>
    public string Algorithm { get; set; } = "RS256";

    public bool SignsWithAnotherKey { get; set; }

    /// <summary>What the server says about a person beside the ID token.</summary>
    public JsonObject UserInfo { get; set; } = [];

    public void BeHonest() =>
        (ChangeClaims, Algorithm, SignsWithAnotherKey, UserInfo) = (null, "RS256", false, []);

    public async Task StartAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        _app = builder.Build();
        _app.MapGet("/.well-known/openid-configuration", Discover);
        _app.MapGet("/keys", Keys);
        _app.MapGet("/authorize", Authorize);
        _app.MapPost("/token", Token);
        _app.MapGet("/userinfo", (HttpRequest request) =>
            request.Headers.Authorization == "Bearer " + AccessToken ? Results.Json(UserInfo) : Results.Unauthorized());
        await _app.StartAsync();
    }

    public async ValueTask DisposeAsync()
    {
        await _app!.DisposeAsync();
        _key.Dispose();
        _strangersKey.Dispose();
    }

    private IResult Discover() => Results.Json(new
    {
        issuer = Issuer,
        authorization_endpoint = Issuer + "/authorize",
        token_endpoint = Issuer + "/token",
        jwks_uri = Issuer + "/keys",
        userinfo_endpoint = Issuer + "/userinfo",
        authorization_response_iss_parameter_supported = true,
    });

    private IResult Keys()
    {
        var key = _key.ExportParameters(false);
        return Results.Json(new
        {
            keys = new[]
            {
                new
                {
                    kty = "RSA", kid = "1", use = "sig", alg = "RS256",
                    n = Base64Url.EncodeToString(key.Modulus), e = Base64Url.EncodeToString(key.Exponent),
                },
            },
        });
    }

    private IResult Authorize(HttpRequest request)
    {
        var query = request.Query;
        var isSound = query["client_id"] == ClientId && query["response_type"] == "code"
            && query["code_challenge_method"] == "S256" && query["code_challenge"].ToString().Length == 43
            && query["scope"].ToString().Split(' ').Contains("openid")
            && callbacks.Contains(query["redirect_uri"].ToString(), StringComparer.Ordinal);
        if (!isSound)
        {
            return Results.BadRequest();
        }

        var code = SecretToken.Create();
        _codes[code] = (query, Person);
        var back = new Dictionary<string, string?> { ["code"] = code, ["state"] = query["state"], ["iss"] = Issuer };
        return Results.Redirect(QueryHelpers.AddQueryString(query["redirect_uri"].ToString(), back));
    }

    private async Task<IResult> Token(HttpRequest request)
    {
        var form = await request.ReadFormAsync();
        if (!_codes.TryRemove(form["code"].ToString(), out var issued))
        {
            return Results.BadRequest();
        }

        var verifier = Encoding.ASCII.GetBytes(form["code_verifier"].ToString());
        var challenge = Base64Url.EncodeToString(SHA256.HashData(verifier));
        var isSound = form["grant_type"] == "authorization_code" && form["client_id"] == ClientId
            && form["client_secret"] == ClientSecret && form["redirect_uri"] == issued.Request["redirect_uri"]
            && challenge == issued.Request["code_challenge"] && form["state"] == issued.Request["state"];
        return isSound
            ? Results.Json(new
            {
                token_type = "Bearer",
                access_token = AccessToken,
                id_token = IdToken(issued.Person, issued.Request["nonce"]!),
            })
            : Results.BadRequest();
    }

    private string IdToken(OidcPerson person, string nonce)
    {
        var now = time.GetUtcNow().ToUnixTimeSeconds();
        var claims = new JsonObject
        {
            ["iss"] = Issuer, ["aud"] = ClientId, ["sub"] = person.Subject, ["nonce"] = nonce, ["iat"] = now,
            ["exp"] = now + 300, ["email"] = person.Email, ["email_verified"] = person.IsEmailVerified,
            ["name"] = "Kim",
        };
        ChangeClaims?.Invoke(claims);
        var header = new JsonObject { ["alg"] = Algorithm, ["kid"] = "1", ["typ"] = "JWT" };
        var signed = $"{Part(header)}.{Part(claims)}";
        return $"{signed}.{Base64Url.EncodeToString(Sign(Encoding.ASCII.GetBytes(signed)))}";
    }

    private byte[] Sign(byte[] signed) => Algorithm switch
    {
        "none" => [],
        "HS256" => HMACSHA256.HashData(_key.ExportSubjectPublicKeyInfo(), signed),
        _ => (SignsWithAnotherKey ? _strangersKey : _key).SignData(
            signed, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1),
    };

    private static string Part(JsonObject fields) =>
        Base64Url.EncodeToString(Encoding.UTF8.GetBytes(fields.ToJsonString()));
}

public sealed record OidcPerson(string Subject, string? Email, bool IsEmailVerified);
