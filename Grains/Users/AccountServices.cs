using Ax2.Users.Emails;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;

namespace Ax2.Users;

/// <summary>What accounts need besides their ports.</summary>
internal static class AccountServices
{
    internal static void AddAccounts(this IServiceCollection services, IConfiguration configuration)
    {
        services.AddOptions<AccountOptions>().Bind(configuration.GetSection(AccountOptions.Section))
            .Configure(o => o.Origin = configuration["SignIn:Origin"] ?? "")
            .Validate(
                o => o.VerificationLifetime > TimeSpan.Zero && o.ResetLifetime > TimeSpan.Zero,
                "Accounts: the lifetimes of links are more than zero.")
            .Validate(o => o.LinkInterval >= TimeSpan.Zero, "Accounts:LinkInterval is not negative.")
            .Validate(o => o.NoticeInterval > TimeSpan.Zero, "Accounts:NoticeInterval is more than zero.")
            .Validate(o => o.DeletionGrace >= TimeSpan.Zero, "Accounts:DeletionGrace is not negative.")
            .ValidateOnStart();
        services.AddOptions<EmailOptions>().Bind(configuration.GetSection(EmailOptions.Section))
            .Validate(o => o.SendPatience > TimeSpan.Zero, "Mail:SendPatience is more than zero.")
            .Validate(
                o => o.FirstPause >= TimeSpan.FromMinutes(1) && o.MaxPause >= o.FirstPause,
                "Mail:FirstPause is at least 1 min, and MaxPause at least that.")
            .Validate(o => o.GiveUpAfter >= TimeSpan.Zero, "Mail:GiveUpAfter is not negative.")
            .ValidateOnStart();
        services.AddSingleton<UserEmails>();
        services.AddSingleton<WelcomeCredits>();
    }
}
