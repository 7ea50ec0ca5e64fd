using System.Security.Claims;
using System.Text.Encodings.Web;
using Microsoft.AspNetCore.Authentication;
using Microsoft.Extensions.Options;

namespace Ax2.Users;

/// <summary>
/// Knows a caller by the API key in <c>Authorization: Bearer</c>; a browser's cookie never holds one.
/// </summary>
internal sealed class ApiKeyHandler(
    IOptionsMonitor<AuthenticationSchemeOptions> options,
    ILoggerFactory loggers,
    UrlEncoder encoder,
    Credentials credentials) : AuthenticationHandler<AuthenticationSchemeOptions>(options, loggers, encoder)
{
    internal const string SchemeName = "ApiKey";

    internal static bool IsMeant(HttpRequest request) =>
        AccessTokens.BearerOf(request)?.StartsWith(ApiKeyToken.Prefix, StringComparison.Ordinal) == true;

    protected override async Task<AuthenticateResult> HandleAuthenticateAsync()
    {
        if (ApiKeyToken.GrainKey(AccessTokens.BearerOf(Request)) is not { } grainKey)
        {
            return AuthenticateResult.Fail("This is no API key.");
        }

        var key = await credentials.ApiKey(grainKey);
        // What is remembered for some seconds may have run out since.
        return key is null || key.ExpiresAt <= TimeProvider.GetUtcNow()
            ? AuthenticateResult.Fail("The API key is not valid any more.")
            : AuthenticateResult.Success(new AuthenticationTicket(ToPrincipal(key), SchemeName));
    }

    private static ClaimsPrincipal ToPrincipal(ApiKeyInfo key) => new(new ClaimsIdentity(
        [
            new Claim(Caller.UserClaim, key.UserId.ToString()),
            new Claim(AccessTokenNames.Workspace, key.WorkspaceId.ToString()),
            new Claim(Caller.KeyClaim, key.KeyId.ToString()),
            .. key.Scopes.Select(scope => new Claim(Caller.ScopeClaim, scope)),
        ],
        SchemeName,
        Caller.UserClaim,
        Caller.RoleClaim));
}
