namespace Ax2.Users.Emails;

/// <summary>Sends mails.</summary>
public interface IMailer
{
    /// <summary>
    /// Hands a mail to the mail system, which has it durably when this returns. Throws
    /// <see cref="EmailRejectedException"/> when no retry could help. After any other exception the same mail is
    /// retried under the same id, by which receivers can recognise a repeat.
    /// </summary>
    /// <param name="id">Lower-case letters, digits and <c>-</c>: valid as a file name and in a message id.</param>
    Task SendAsync(string id, Email email, CancellationToken cancellationToken);
}

/// <summary>
/// One mail to one person, in plain text. It holds no text that another user could have written.
/// </summary>
/// <param name="To">As <see cref="EmailAddress.Normalize"/> answers it.</param>
/// <param name="Subject">One line.</param>
/// <param name="Language">BCP 47.</param>
[GenerateSerializer, Alias("ax2.Letter"), Immutable]
public sealed record Email(
    [property: Id(0)] string To,
    [property: Id(1)] string Subject,
    [property: Id(2)] string Text,
    [property: Id(3)] string Language)
{
    /// <summary>Guards the mail's header against injection: the caller has a bug when this throws.</summary>
    public void ThrowIfInvalid()
    {
        if (EmailAddress.Normalize(To) != To || Subject.Any(char.IsControl))
        {
            throw new ArgumentException("This is not valid in the header of a mail.");
        }
    }
}

/// <summary>The mail system rejects this mail for good: a retry cannot help.</summary>
public sealed class EmailRejectedException : Exception
{
    public EmailRejectedException()
    {
    }

    public EmailRejectedException(string message)
        : base(message)
    {
    }

    public EmailRejectedException(string message, Exception innerException)
        : base(message, innerException)
    {
    }
}
