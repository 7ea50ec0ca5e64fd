using Ax2.Users.Emails;
using MailKit;
using MailKit.Net.Smtp;
using MailKit.Security;
using Microsoft.Extensions.Options;
using MimeKit;

namespace Ax2.Users;

/// <summary>Hands each mail to the configured server, over its own connection.</summary>
public sealed class SmtpMailer(IOptions<SmtpOptions> options, TimeProvider time) : IMailer
{
    private const int PermanentFrom = 500;

    public async Task SendAsync(string id, Email email, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(email);
        email.ThrowIfInvalid();
        using var message = Write(id, email);
        using var client = new SmtpClient();
        await Connect(client, cancellationToken);
        try
        {
            await client.SendAsync(message, cancellationToken);
        }
        catch (SmtpCommandException refusal) when (IsForGood(refusal))
        {
            throw new EmailRejectedException($"The server refused the mail: {(int)refusal.StatusCode}.", refusal);
        }

        await Leave(client, cancellationToken);
    }

    private async Task Connect(SmtpClient client, CancellationToken cancellationToken)
    {
        var smtp = options.Value;
        var security = smtp.Security switch
        {
            SmtpSecurity.Tls => SecureSocketOptions.SslOnConnect,
            SmtpSecurity.None => SecureSocketOptions.None,
            _ => SecureSocketOptions.StartTls,
        };
        await client.ConnectAsync(smtp.Host, smtp.Port, security, cancellationToken);
        if (smtp.UserName.Length > 0)
        {
            var password = (await File.ReadAllTextAsync(smtp.PasswordFile, cancellationToken)).Trim();
            await client.AuthenticateAsync(smtp.UserName, password, cancellationToken);
        }
    }

    /// <summary>The mail is with the server: what goes wrong now is no reason to send it again.</summary>
    private static async Task Leave(SmtpClient client, CancellationToken cancellationToken)
    {
        try
        {
            await client.DisconnectAsync(quit: true, cancellationToken);
        }
        catch (Exception e) when (e is IOException or ProtocolException or OperationCanceledException)
        {
            // The server hung up first.
        }
    }

    /// <summary>
    /// A fault in signing in or in the way there is the operator's to mend: such a mail is tried again.
    /// </summary>
    private static bool IsForGood(SmtpCommandException refusal) =>
        (int)refusal.StatusCode >= PermanentFrom
        && refusal.ErrorCode is SmtpErrorCode.RecipientNotAccepted or SmtpErrorCode.MessageNotAccepted;

    private MimeMessage Write(string id, Email email)
    {
        var from = MailboxAddress.Parse(options.Value.From);
        if (!MailboxAddress.TryParse(email.To, out var to))
        {
            throw new EmailRejectedException("No mail can be addressed to this.");
        }

        var message = new MimeMessage
        {
            Subject = email.Subject,
            Date = time.GetUtcNow(),
            // The same for each try, so that the receiver knows a repeat.
            MessageId = $"{id}@{from.Domain}",
            Body = new TextPart("plain") { Text = email.Text },
        };
        message.From.Add(from);
        message.To.Add(to);
        message.Body.Headers.Add(HeaderId.ContentLanguage, email.Language);
        message.Headers.Add("Auto-Submitted", "auto-generated");
        return message;
    }
}
