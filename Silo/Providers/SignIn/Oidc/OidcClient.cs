using System.Collections.Concurrent;
using System.Collections.Immutable;
using System.Net.Http.Headers;
using System.Text.Json;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.Extensions.Options;
using Microsoft.IdentityModel.Protocols;
using Microsoft.IdentityModel.Protocols.OpenIdConnect;

namespace Ax2.Users;

/// <summary>
/// <see cref="IOidcClient"/> over HTTP. Nothing of a provider is believed but what its discovery document, fetched from
/// its issuer, leads to.
/// </summary>
internal sealed class OidcClient(
    IOptions<OidcOptions> options, IHttpClientFactory clients, IdTokens idTokens) : IOidcClient
{
    internal const string HttpClientName = "oidc";

    private readonly ConcurrentDictionary<string, ConfigurationManager<OpenIdConnectConfiguration>> _discovered = new();

    public ImmutableArray<OidcProvider> Providers =>
        [.. options.Value.Oidc.Select(p => new OidcProvider(p.Key, p.Value.Title))
            .OrderBy(p => p.Name, StringComparer.Ordinal)];

    public async Task<Uri> GetAuthorizeUrlAsync(
        string provider, OidcRequest request, CancellationToken cancellationToken)
    {
        var settings = options.Value.Oidc[provider];
        var discovered = await Discover(provider, settings, cancellationToken);
        return new Uri(QueryHelpers.AddQueryString(discovered.AuthorizationEndpoint, new Dictionary<string, string?>
        {
            ["response_type"] = "code",
            ["client_id"] = settings.ClientId,
            ["redirect_uri"] = RedirectUri(provider),
            ["scope"] = settings.Scopes,
            ["state"] = request.State,
            ["nonce"] = request.Nonce,
            ["code_challenge"] = request.CodeChallenge,
            ["code_challenge_method"] = "S256",
        }));
    }

    public async Task<OidcIdentity> RedeemAsync(
        string provider, OidcRedemption redemption, CancellationToken cancellationToken)
    {
        var settings = options.Value.Oidc[provider];
        var discovered = await Discover(provider, settings, cancellationToken);
        CheckIssuer(redemption.Issuer, discovered);
        try
        {
            var tokens = await Exchange(provider, settings, redemption, discovered, cancellationToken);
            var claims = await idTokens.Read(
                Text(tokens, "id_token") ?? throw new OidcException("There is no id_token."),
                settings, discovered, redemption.Nonce);
            var person = await Complete(claims, Text(tokens, "access_token"), discovered, cancellationToken);
            var isVerified = settings.EmailsAreVerified || person.IsEmailVerified;
            return new OidcIdentity(
                discovered.Issuer, person.Subject, isVerified ? person.Email : null, person.Name ?? "");
        }
        catch (Exception failure) when (failure is HttpRequestException or JsonException or TaskCanceledException)
        {
            throw new OidcException("The provider does not answer as it should.", failure);
        }
    }

    /// <summary>RFC 9207: a code of one provider is not taken to another.</summary>
    private static void CheckIssuer(string? issuer, OpenIdConnectConfiguration discovered)
    {
        if (issuer is null ? discovered.AuthorizationResponseIssParameterSupported : issuer != discovered.Issuer)
        {
            throw new OidcException("The answer is another issuer's.");
        }
    }

    private async Task<JsonElement> Exchange(
        string provider, OidcProviderOptions settings, OidcRedemption redemption,
        OpenIdConnectConfiguration discovered, CancellationToken cancellationToken)
    {
        var form = new Dictionary<string, string>
        {
            ["grant_type"] = "authorization_code",
            ["code"] = redemption.Code,
            ["redirect_uri"] = RedirectUri(provider),
            ["client_id"] = settings.ClientId,
            ["code_verifier"] = redemption.CodeVerifier,
            // Naver asks for it; who does not know it ignores it (RFC 6749, 3.2).
            ["state"] = redemption.State,
        };
        if (settings.ClientSecretFile.Length > 0)
        {
            form["client_secret"] = (await File.ReadAllTextAsync(settings.ClientSecretFile, cancellationToken)).Trim();
        }

        using var http = clients.CreateClient(HttpClientName);
        using var content = new FormUrlEncodedContent(form);
        using var answer = await http.PostAsync(new Uri(discovered.TokenEndpoint), content, cancellationToken);
        answer.EnsureSuccessStatusCode();
        return await answer.Content.ReadFromJsonAsync<JsonElement>(cancellationToken);
    }

    /// <summary>Some providers say who it is in the token, and the address only when asked with it.</summary>
    private async Task<IdClaims> Complete(
        IdClaims claims, string? accessToken, OpenIdConnectConfiguration discovered,
        CancellationToken cancellationToken)
    {
        if (claims.IsEmailVerified || accessToken is null || string.IsNullOrEmpty(discovered.UserInfoEndpoint))
        {
            return claims;
        }

        using var http = clients.CreateClient(HttpClientName);
        using var request = new HttpRequestMessage(HttpMethod.Get, discovered.UserInfoEndpoint);
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", accessToken);
        using var answer = await http.SendAsync(request, cancellationToken);
        answer.EnsureSuccessStatusCode();
        var info = await answer.Content.ReadFromJsonAsync<JsonElement>(cancellationToken);
        // Naver wraps what it knows, and calls the subject an id.
        var (person, subject) = info.ValueKind == JsonValueKind.Object && info.TryGetProperty("response", out var inner)
            ? (inner, Text(inner, "id"))
            : (info, Text(info, "sub"));
        // An answer about somebody else says nothing about the one who signs in.
        return subject != claims.Subject ? claims : claims with
        {
            Email = Text(person, "email") ?? claims.Email,
            IsEmailVerified = IdTokens.IsTrue(person, "email_verified"),
            Name = claims.Name ?? Text(person, "name") ?? Text(person, "nickname"),
        };
    }

    private async Task<OpenIdConnectConfiguration> Discover(
        string provider, OidcProviderOptions settings, CancellationToken cancellationToken)
    {
        var manager = _discovered.GetOrAdd(provider, _ => new ConfigurationManager<OpenIdConnectConfiguration>(
            settings.Issuer.TrimEnd('/') + "/.well-known/openid-configuration",
            new OpenIdConnectConfigurationRetriever(),
            new HttpDocumentRetriever(clients.CreateClient(HttpClientName))
            {
                RequireHttps = !new Uri(settings.Issuer).IsLoopback,
            }));
        OpenIdConnectConfiguration discovered;
        try
        {
            discovered = await manager.GetConfigurationAsync(cancellationToken);
        }
        catch (InvalidOperationException failure)
        {
            throw new OidcException("The provider's discovery document cannot be read.", failure);
        }

        return discovered.Issuer.TrimEnd('/') == settings.Issuer.TrimEnd('/')
            ? discovered
            : throw new OidcException("The discovery document is another issuer's.");
    }

    private string RedirectUri(string provider) =>
        $"{options.Value.Origin.TrimEnd('/')}/api/v1/sign-in/{provider}/callback";

    private static string? Text(JsonElement fields, string name) =>
        fields.ValueKind == JsonValueKind.Object && fields.TryGetProperty(name, out var value)
        && value.ValueKind == JsonValueKind.String
            ? value.GetString()
            : null;
}
