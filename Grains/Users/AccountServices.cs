using Ax2.Users.Emails;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;

namespace Ax2.Users;

/// <summary>What accounts need besides their ports.</summary>
internal static class AccountServices
{
    internal static void AddAccounts(this IServiceCollection services, IConfiguration configuration)
    {
        services.AddOptionsWithValidateOnStart<AccountOptions, AccountOptionsValidator>()
            .Bind(configuration.GetSection(AccountOptions.Section))
            .Configure(o => o.Origin = configuration["SignIn:Origin"] ?? "");
        services.AddOptionsWithValidateOnStart<EmailOptions, EmailOptionsValidator>()
            .Bind(configuration.GetSection(EmailOptions.Section));
        services.AddSingleton<UserEmails>();
        services.AddSingleton<WelcomeCredits>();
    }
}
