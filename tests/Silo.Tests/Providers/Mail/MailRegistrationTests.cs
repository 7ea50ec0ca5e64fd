using Ax2.Users;
using Ax2.Users.Emails;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using Xunit;

namespace Ax2.Tests.Providers.Mail;

public sealed class MailRegistrationTests
{
    private static readonly (string Key, string Value)[] _sound =
    [
        ("Mail:Smtp:Host", "mail.example"), ("Mail:Smtp:From", "no-reply@caption.example"),
        ("SignIn:Origin", "https://caption.example"),
    ];

    [Fact]
    public void Neither_IsRefusedAtStart() => Assert.Contains("Mail:Smtp:Host", Fault(), StringComparison.Ordinal);

    [Fact]
    public void OutboxFolder_ThatIsRelative_IsRefused() =>
        Assert.Contains("absolute", Fault(("Mail:Outbox:Folder", "outbox")), StringComparison.Ordinal);

    [Fact]
    public void Folder_IsTheOutbox() => Assert.IsType<OutboxMailer>(Mailer(("Mail:Outbox:Folder", "/var/outbox")));

    [Fact]
    public void Host_IsSmtp_WhateverElseIsSet() =>
        Assert.IsType<SmtpMailer>(Mailer([.. _sound, ("Mail:Outbox:Folder", "/var/outbox")]));

    [Theory]
    [InlineData("Mail:Smtp:From", "", "From")]
    [InlineData("Mail:Smtp:From", "a\r\nBcc: b@example.com", "From")]
    [InlineData("Mail:Smtp:Security", "None", "loopback")]
    [InlineData("Mail:Smtp:UserName", "caption", "PasswordFile")]
    [InlineData("SignIn:Origin", "", "SignIn:Origin")]
    public void Smtp_ThatWouldNotWorkOrBetray_IsRefused(string key, string value, string about) =>
        Assert.Contains(about, Fault([.. _sound.Where(s => s.Key != key), (key, value)]), StringComparison.Ordinal);

    private static IMailer Mailer(params (string, string)[] settings)
    {
        using var services = Services(settings);
        services.GetRequiredService<IStartupValidator>().Validate();
        return services.GetRequiredService<IMailer>();
    }

    private static string Fault(params (string, string)[] settings)
    {
        using var services = Services(settings);
        return Assert.Throws<OptionsValidationException>(
            () => services.GetRequiredService<IStartupValidator>().Validate()).Message;
    }

    private static ServiceProvider Services((string Key, string Value)[] settings)
    {
        var configuration = new ConfigurationBuilder()
            .AddInMemoryCollection(settings.Select(s => KeyValuePair.Create(s.Key, (string?)s.Value))).Build();
        return new ServiceCollection().AddSingleton<IConfiguration>(configuration).AddSingleton(TimeProvider.System)
            .AddMail(configuration).BuildServiceProvider();
    }
}
