using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authentication.JwtBearer;
using Microsoft.AspNetCore.Authorization;

namespace Ax2.Users;

/// <summary>The ways to prove who calls: an access token, as bearer or in the cookie, or an API key.</summary>
internal static class Authentication
{
    private const string SchemeName = "Credential";

    internal static void AddCredentials(this IServiceCollection services)
    {
        services.AddSingleton<Credentials>();
        services.AddSingleton<TokenKeys>();
        // It logs each fault that it throws on; what answers the request says what the log needs.
        services.AddLogging(
            logging => logging.AddFilter("Microsoft.AspNetCore.Authentication.JwtBearer", LogLevel.None));
        services.AddAuthentication(SchemeName)
            .AddPolicyScheme(SchemeName, null, policy => policy.ForwardDefaultSelector = context =>
                ApiKeyHandler.IsMeant(context.Request)
                    ? ApiKeyHandler.SchemeName
                    : JwtBearerDefaults.AuthenticationScheme)
            .AddJwtBearer()
            .AddScheme<AuthenticationSchemeOptions, ApiKeyHandler>(ApiKeyHandler.SchemeName, null);
        services.AddOptions<JwtBearerOptions>(JwtBearerDefaults.AuthenticationScheme)
            .Configure<TokenKeys, Credentials, TimeProvider>(AccessTokens.Configure);
        var requirement = new CredentialRequirement();
        services.AddSingleton<IAuthorizationHandler>(requirement);
        services.AddSingleton<IAuthorizationMiddlewareResultHandler, AuthorizationProblems>();
        services.AddAuthorizationBuilder()
            .SetDefaultPolicy(
                new AuthorizationPolicyBuilder().RequireAuthenticatedUser().AddRequirements(requirement).Build());
    }
}
