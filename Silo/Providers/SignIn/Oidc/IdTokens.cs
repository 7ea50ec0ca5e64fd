using System.Text.Json;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Protocols.OpenIdConnect;
using Microsoft.IdentityModel.Tokens;

namespace Ax2.Users;

internal sealed record IdClaims(string Subject, string? Email, bool IsEmailVerified, string? Name);

/// <summary>Checks an ID token (OpenID Connect Core, 3.1.3.7).</summary>
internal sealed class IdTokens(TimeProvider time)
{
    private static readonly TimeSpan Skew = TimeSpan.FromMinutes(2);

    internal async Task<IdClaims> Read(
        string idToken, OidcProviderOptions settings, OpenIdConnectConfiguration discovered, string nonce)
    {
        var result = await new JsonWebTokenHandler { MapInboundClaims = false }.ValidateTokenAsync(
            idToken,
            new TokenValidationParameters
            {
                ValidIssuer = discovered.Issuer,
                ValidAudience = settings.ClientId,
                IssuerSigningKeys = discovered.SigningKeys,
                // Asymmetric ones only: a shared secret signs nothing here.
                ValidAlgorithms = ["RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512"],
                LifetimeValidator = (_, expires, _, _) => expires is { } end && time.GetUtcNow() < end + Skew,
            });
        if (!result.IsValid)
        {
            throw new OidcException("The id_token is not valid.", result.Exception);
        }

        var token = (JsonWebToken)result.SecurityToken;
        if (!token.TryGetPayloadValue<string>("nonce", out var given) || given != nonce)
        {
            throw new OidcException("The id_token is for another request.");
        }

        if (token.Audiences.Count() > 1 && token.Azp != settings.ClientId)
        {
            throw new OidcException("The id_token was issued to another client.");
        }

        if (string.IsNullOrEmpty(token.Subject))
        {
            throw new OidcException("The id_token names nobody.");
        }

        return Claims(token);
    }

    /// <summary>Some providers write the boolean as a text.</summary>
    internal static bool IsTrue(JsonElement fields, string name) =>
        fields.TryGetProperty(name, out var value)
        && (value.ValueKind == JsonValueKind.True
            || (value.ValueKind == JsonValueKind.String && value.GetString() == "true"));

    private static IdClaims Claims(JsonWebToken token)
    {
        var fields = JsonDocument.Parse(Base64UrlEncoder.Decode(token.EncodedPayload)).RootElement;
        return new IdClaims(
            token.Subject, Text(fields, "email"), IsTrue(fields, "email_verified"),
            Text(fields, "name") ?? Text(fields, "nickname"));
    }

    private static string? Text(JsonElement fields, string name) =>
        fields.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String
            ? value.GetString()
            : null;
}
