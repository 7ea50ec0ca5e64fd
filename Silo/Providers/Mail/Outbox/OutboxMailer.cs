using Ax2.Users.Emails;

namespace Ax2.Users;

/// <summary>Mails stay on this machine: for a stack of one's own.</summary>
public sealed class OutboxMailer(MailOutbox outbox, TimeProvider time) : IMailer
{
    public Task SendAsync(string id, Email email, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(email);
        email.ThrowIfInvalid();
        return outbox.AddAsync(
            new OutboxMail(id, email.To, email.Subject, email.Text, email.Language, time.GetUtcNow()),
            cancellationToken);
    }
}
