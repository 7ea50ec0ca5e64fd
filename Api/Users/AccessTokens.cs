using System.Security.Claims;
using Ax2.Admin;
using Microsoft.AspNetCore.Authentication.JwtBearer;
using Microsoft.IdentityModel.Tokens;

namespace Ax2.Users;

/// <summary>
/// How an access token is checked: ES256 by one of our keys, from us, for us, in time, its session alive.
/// </summary>
internal static class AccessTokens
{
    /// <summary>The clocks of silo and API differ by less.</summary>
    private static readonly TimeSpan Skew = TimeSpan.FromSeconds(30);

    internal static void Configure(
        JwtBearerOptions jwt, TokenKeys keys, Credentials credentials, TimeProvider time)
    {
        jwt.ConfigurationManager = keys;
        jwt.TokenHandlers.Clear();
        jwt.TokenHandlers.Add(new CheckedTokens(time));
        jwt.TokenValidationParameters = new TokenValidationParameters
        {
            ValidAlgorithms = [AccessTokenNames.Algorithm],
            ValidTypes = [AccessTokenNames.Type],
            TryAllIssuerSigningKeys = false,
            AudienceValidator = (audiences, _, _) => keys.IsAudience(audiences),
            LifetimeValidator = (_, expires, _, _) => expires is { } end && time.GetUtcNow() < end + Skew,
            NameClaimType = Caller.UserClaim,
            RoleClaimType = Caller.RoleClaim,
        };
        jwt.Events = new JwtBearerEvents
        {
            OnMessageReceived = context =>
            {
                // A bearer token goes before the cookie; with neither, nobody calls.
                context.Token = BearerOf(context.Request) ?? SessionCookies.Access(context.Request);
                return Task.CompletedTask;
            },
            OnTokenValidated = context => CheckSession(context, credentials),
        };
    }

    /// <summary>The token of <c>Authorization: Bearer</c>, or null.</summary>
    internal static string? BearerOf(HttpRequest request)
    {
        const string Bearer = "Bearer ";
        var header = request.Headers.Authorization.ToString();
        return header.StartsWith(Bearer, StringComparison.OrdinalIgnoreCase) ? header[Bearer.Length..].Trim() : null;
    }

    private static async Task CheckSession(TokenValidatedContext context, Credentials credentials)
    {
        var session = Guid.TryParse(context.Principal?.FindFirstValue(AccessTokenNames.Session), out var id)
            ? await credentials.Session(id)
            : null;
        if (session is null)
        {
            context.Fail("The session is over.");
        }
        else if (session.IsAdmin)
        {
            ((ClaimsIdentity)context.Principal!.Identity!).AddClaim(new Claim(Caller.RoleClaim, AdminApi.Role));
        }
    }
}
