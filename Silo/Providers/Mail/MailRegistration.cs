using Ax2.Users.Emails;
using Microsoft.Extensions.Options;

namespace Ax2.Users;

public static class MailRegistration
{
    /// <summary>
    /// By SMTP when <c>Mail:Smtp:Host</c> is set, else into the outbox of <c>Mail:Outbox:Folder</c>. With neither the
    /// silo does not start: accounts live by mails.
    /// </summary>
    public static IServiceCollection AddMail(this IServiceCollection services, IConfiguration configuration)
    {
        ArgumentNullException.ThrowIfNull(configuration);
        var hasServer = !string.IsNullOrEmpty(configuration[$"{SmtpOptions.Section}:Host"]);
        services.AddSingleton<IValidateOptions<SmtpOptions>, SmtpRules>();
        services.AddOptions<SmtpOptions>().Bind(configuration.GetSection(SmtpOptions.Section)).ValidateOnStart();
        services.AddOptions<MailOutboxOptions>().Bind(configuration.GetSection(MailOutboxOptions.Section))
            .Validate(
                o => hasServer || Path.IsPathFullyQualified(o.Folder),
                "Mail: set Mail:Smtp:Host, or Mail:Outbox:Folder to an absolute path for a stack that sends no mails.")
            .ValidateOnStart();
        return hasServer
            ? services.AddSingleton<IMailer, SmtpMailer>()
            : services.AddSingleton<IMailer>(provider => new OutboxMailer(
                new MailOutbox(provider.GetRequiredService<IOptions<MailOutboxOptions>>().Value.Folder),
                provider.GetRequiredService<TimeProvider>()));
    }
}
