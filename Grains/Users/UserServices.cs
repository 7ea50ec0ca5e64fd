using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;

namespace Ax2.Users;

/// <summary>What the sign-in methods need besides their ports.</summary>
internal static class UserServices
{
    internal static void AddSignIn(this IServiceCollection services, IConfiguration configuration)
    {
        services.AddOptions<SessionOptions>().Bind(configuration.GetSection(SessionOptions.Section))
            .Validate(o => o.IdleLifetime > TimeSpan.Zero, "Sessions:IdleLifetime is more than zero.")
            .Validate(o => o.MaxLifetime >= o.IdleLifetime, "Sessions:MaxLifetime is at least IdleLifetime.")
            .Validate(o => o.RefreshGrace >= TimeSpan.Zero, "Sessions:RefreshGrace is not negative.")
            .Validate(o => o.MaxPerUser >= 1, "Sessions:MaxPerUser is at least 1.")
            .ValidateOnStart();
        services.AddOptions<TokenOptions>().Bind(configuration.GetSection(TokenOptions.Section))
            .Validate(o => o.Issuer.Length > 0 && o.Audience.Length > 0, "Tokens: Issuer and Audience are set.")
            .Validate(o => o.AccessLifetime > TimeSpan.Zero, "Tokens:AccessLifetime is more than zero.")
            .Validate(
                o => o.PublishAhead > TimeSpan.Zero && o.KeyLifetime > o.PublishAhead,
                "Tokens:KeyLifetime is more than PublishAhead, and that more than zero.")
            .ValidateOnStart();
        services.AddSingleton<SecurityLog>();
    }
}
