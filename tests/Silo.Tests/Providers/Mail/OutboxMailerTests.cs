using Ax2.TestKit.Users;
using Ax2.Users;
using Ax2.Users.Emails;
using Xunit;

namespace Ax2.Tests.Providers.Mail;

public sealed class OutboxMailerTests : MailerConformance, IDisposable
{
    private readonly string _parent = Directory.CreateTempSubdirectory("ax2-outbox-").FullName;

    private string Folder => Path.Combine(_parent, "outbox");

    protected override IMailer Mailer => new OutboxMailer(new MailOutbox(Folder), TimeProvider.System);

    public void Dispose() => Directory.Delete(_parent, recursive: true);

    [Fact]
    public async Task Send_Again_IsOneMail()
    {
        await Mailer.SendAsync("email-1", Korean, Cancelled);
        await Mailer.SendAsync("email-1", Korean, Cancelled);

        Assert.Single(await ReceivedAsync());
    }

    [Fact]
    public async Task Mails_AreTheirOwnersAlone()
    {
        if (OperatingSystem.IsWindows())
        {
            Assert.Skip("Windows has no modes of files.");
            return;
        }

        await Mailer.SendAsync("email-1", Korean, Cancelled);

        const UnixFileMode others = UnixFileMode.GroupRead | UnixFileMode.OtherRead;
        Assert.Equal(default, File.GetUnixFileMode(Assert.Single(Directory.GetFiles(Folder))) & others);
        Assert.Equal(default, File.GetUnixFileMode(Folder) & others);
    }

    [Fact]
    public async Task Send_IdWithAPath_StaysInTheFolder()
    {
        await Mailer.SendAsync("../email-1", Korean, Cancelled);

        Assert.Single(Directory.GetFiles(Folder));
        Assert.Empty(Directory.GetFiles(_parent));
    }

    protected override Task<IReadOnlyList<Email>> ReceivedAsync() => Task.FromResult<IReadOnlyList<Email>>(
        [
            .. new MailOutbox(Folder).List(10)
                .Select(mail => new Email(mail.To, mail.Subject, mail.Text, mail.Language)),
        ]);
}
