namespace Ax2.Users.Letters;

/// <summary>Brings mails on their way.</summary>
public interface IMailer
{
    /// <summary>
    /// Hands a mail over; it is on its way, durably, when this returns. Throws <see cref="LetterRefusedException"/>
    /// when no further try could help; after anything else that is thrown the same mail is tried again, under the same
    /// id, by which receivers and stores that can know a repeat do.
    /// </summary>
    /// <param name="id">Lower-case letters, digits and <c>-</c>: fit for a file name and a message id.</param>
    Task SendAsync(string id, Letter letter, CancellationToken cancellationToken);
}

/// <summary>
/// One mail to one person, in plain text. The words are the service's own: nothing that a stranger could have written
/// goes into a mail.
/// </summary>
/// <param name="To">As <see cref="EmailAddress.Normalize"/> answers it.</param>
/// <param name="Subject">One line.</param>
/// <param name="Language">BCP 47.</param>
[GenerateSerializer, Alias("ax2.Letter"), Immutable]
public sealed record Letter(
    [property: Id(0)] string To,
    [property: Id(1)] string Subject,
    [property: Id(2)] string Text,
    [property: Id(3)] string Language)
{
    /// <summary>What must never come into the header of a mail is a fault of ours: it throws.</summary>
    public void ThrowIfUnsound()
    {
        if (EmailAddress.Normalize(To) != To || Subject.Any(char.IsControl))
        {
            throw new ArgumentException("This cannot stand in the header of a mail.");
        }
    }
}

/// <summary>The mail system will not have this mail, however often it is tried.</summary>
public sealed class LetterRefusedException : Exception
{
    public LetterRefusedException()
    {
    }

    public LetterRefusedException(string message)
        : base(message)
    {
    }

    public LetterRefusedException(string message, Exception innerException)
        : base(message, innerException)
    {
    }
}
