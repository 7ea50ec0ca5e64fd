using System.Text;
using Ax2.TestKit.Users;
using Ax2.Users;
using Ax2.Users.Emails;
using Microsoft.Extensions.Options;
using MimeKit;
using Xunit;

namespace Ax2.Tests.Providers.Mail;

public sealed class SmtpMailerTests : MailerConformance, IAsyncDisposable
{
    private const string Password = "word of the server";
    private readonly MailServer _server = new();
    private readonly string _passwordFile = Path.GetTempFileName();

    protected override IMailer Mailer => New(SmtpSecurity.None);

    public async ValueTask DisposeAsync()
    {
        await _server.DisposeAsync();
        File.Delete(_passwordFile);
    }

    [Fact]
    public async Task Send_Again_IsTheSameMessageToWhoeverReceivesIt()
    {
        await Mailer.SendAsync("email-1", Korean, Cancelled);
        await Mailer.SendAsync("email-1", Korean, Cancelled);

        var messages = Read();
        Assert.Equal(["email-1@caption.example", "email-1@caption.example"], messages.Select(m => m.MessageId));
        Assert.All(messages, message => Assert.Equal("auto-generated", message.Headers["Auto-Submitted"]));
        Assert.All(messages, message => Assert.Equal("AX2 Caption", message.From.Mailboxes.Single().Name));
    }

    [Fact]
    public async Task Send_SignsInWithThePasswordOfTheFile()
    {
        await Mailer.SendAsync("email-1", Korean, Cancelled);

        Assert.Equal(("caption", Password), Assert.Single(_server.SignIns));
    }

    [Theory]
    [InlineData("RCPT", "550 no such mailbox")]
    [InlineData(".", "554 not wanted")]
    public async Task Send_RefusedForGood_SaysSo(string command, string answer)
    {
        _server.Refusals[command] = answer;

        await Assert.ThrowsAsync<EmailRejectedException>(() => Mailer.SendAsync("email-1", Korean, Cancelled));
    }

    [Theory]
    [InlineData("RCPT", "451 try later")]
    [InlineData(".", "452 no room")]
    [InlineData("MAIL", "550 sender not known yet")]
    [InlineData("AUTH", "535 wrong password")]
    public async Task Send_RefusedForNow_IsAFaultThatIsTriedAgain(string command, string answer)
    {
        _server.Refusals[command] = answer;

        var fault = await Assert.ThrowsAnyAsync<Exception>(() => Mailer.SendAsync("email-1", Korean, Cancelled));
        Assert.IsNotType<EmailRejectedException>(fault);
        Assert.Empty(_server.Messages);
    }

    [Fact]
    public async Task Send_ServerThatHangsUpAfterTheMail_HasTheMail()
    {
        _server.Refusals["QUIT"] = "421 too busy";

        await Mailer.SendAsync("email-1", Korean, Cancelled);

        Assert.Single(_server.Messages);
    }

    /// <summary>
    /// A server, or whoever stands between, that offers no encryption gets neither password nor mail.
    /// </summary>
    [Fact]
    public async Task Send_ServerWithoutStartTls_IsToldNothing()
    {
        await Assert.ThrowsAnyAsync<Exception>(
            () => New(SmtpSecurity.StartTls).SendAsync("email-1", Korean, Cancelled));

        Assert.Empty(_server.Messages);
        Assert.Contains("EHLO", _server.Commands);
        Assert.DoesNotContain("AUTH", _server.Commands);
        Assert.DoesNotContain("MAIL", _server.Commands);
    }

    protected override Task<IReadOnlyList<Email>> ReceivedAsync() => Task.FromResult<IReadOnlyList<Email>>(
        [.. Read().Select(message => new Email(
            message.To.Mailboxes.Single().Address, message.Subject!,
            message.TextBody!.ReplaceLineEndings("\n"), message.Body!.Headers[HeaderId.ContentLanguage]!))]);

    private List<MimeMessage> Read() => [.. _server.Messages.Select(text =>
        MimeMessage.Load(new MemoryStream(Encoding.UTF8.GetBytes(text)), Cancelled))];

    private SmtpMailer New(SmtpSecurity security)
    {
        File.WriteAllText(_passwordFile, Password + "\n");
        return new SmtpMailer(
            Options.Create(new SmtpOptions
            {
                Host = "127.0.0.1",
                Port = _server.Port,
                Security = security,
                UserName = "caption",
                PasswordFile = _passwordFile,
                From = "AX2 Caption <no-reply@caption.example>",
            }),
            TimeProvider.System);
    }
}
