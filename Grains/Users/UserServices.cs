using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;

namespace Ax2.Users;

/// <summary>What users and their sign-ins need besides their ports.</summary>
internal static class UserServices
{
    internal static void AddUsers(this IServiceCollection services, IConfiguration configuration)
    {
        services.AddOptionsWithValidateOnStart<AdminOptions, AdminOptionsValidator>()
            .Bind(configuration.GetSection(AdminOptions.Section));
        services.AddSingleton<AdminRole>();
    }

    internal static void AddSignIn(this IServiceCollection services, IConfiguration configuration)
    {
        services.AddOptionsWithValidateOnStart<SessionOptions, SessionOptionsValidator>()
            .Bind(configuration.GetSection(SessionOptions.Section));
        services.AddOptionsWithValidateOnStart<TokenOptions, TokenOptionsValidator>()
            .Bind(configuration.GetSection(TokenOptions.Section));
        services.AddSingleton<SignInGuard>();
        services.AddSingleton<SecurityLog>();
    }
}
