using Ax2.Users.Emails;
using Xunit;

namespace Ax2.TestKit.Users;

/// <summary>What every <see cref="IMailer"/> does. A test class derives from it and brings the mailer.</summary>
public abstract class MailerConformance
{
    private readonly string _id = $"email-{Guid.CreateVersion7():N}";

    protected static Email Korean { get; } = new(
        "kim@example.com", "AX2 Caption: 이메일 주소를 확인해 주세요",
        "아래 링크를 열어 주세요.\nhttps://caption.example/verify#ax2m_0123456789abcdef0123456789abcdef0123456789abcdef\n",
        "ko");

    protected abstract IMailer Mailer { get; }

    protected static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    /// <summary>What came of the mails, as the receiver reads them.</summary>
    protected abstract Task<IReadOnlyList<Email>> ReceivedAsync();

    [Fact]
    public async Task Send_Mail_ArrivesAsItIs()
    {
        await Mailer.SendAsync(_id, Korean, Cancelled);

        Assert.Equal(Korean, Assert.Single(await ReceivedAsync()));
    }

    [Fact]
    public async Task Send_LineThatLooksLikeAnEnd_IsPartOfTheText()
    {
        var email = Korean with { Text = "one\n.\n..two\n.three\n", Subject = new string('긴', 60) };

        await Mailer.SendAsync(_id, email, Cancelled);

        Assert.Equal(email, Assert.Single(await ReceivedAsync()));
    }

    [Theory]
    [InlineData("kim@example.com\r\nBcc: all@example.com", "hello")]
    [InlineData("kim@example.com, lee@example.com", "hello")]
    [InlineData("kim@example.com", "hello\r\nBcc: all@example.com")]
    [InlineData("kim@example.com", "hello\nX: y")]
    public async Task Send_WhatWouldBeAnotherHeader_ThrowsAndSendsNothing(string to, string subject)
    {
        await Assert.ThrowsAnyAsync<ArgumentException>(() =>
            Mailer.SendAsync(_id, Korean with { To = to, Subject = subject }, Cancelled));

        Assert.Empty(await ReceivedAsync());
    }

    [Fact]
    public async Task Send_Cancelled_Throws() => await Assert.ThrowsAnyAsync<OperationCanceledException>(() =>
        Mailer.SendAsync(_id, Korean, new CancellationToken(canceled: true)));
}
