using Ax2.Users.Letters;

namespace Ax2.Users;

/// <summary>Mails stay on this machine: for a stack of one's own.</summary>
public sealed class OutboxMailer(MailOutbox outbox, TimeProvider time) : IMailer
{
    public Task SendAsync(string id, Letter letter, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(letter);
        letter.ThrowIfUnsound();
        return outbox.AddAsync(
            new OutboxMail(id, letter.To, letter.Subject, letter.Text, letter.Language, time.GetUtcNow()),
            cancellationToken);
    }
}
