namespace Ax2.Users.Passwords;

/// <summary>
/// What a new password must be: long enough, not a common one, and more than what everybody knows of its user. Any
/// characters; there are no rules of composition. Pure.
/// </summary>
internal static class PasswordRules
{
    internal const int MinLength = 8;
    internal const int MaxLength = 128;

    /// <summary>Shorter parts of an address are in too many words.</summary>
    private const int MinContextWord = 3;

    /// <summary>Of the service.</summary>
    private static readonly string[] ContextWords = ["caption", "ax2"];

    /// <param name="email">Normalised.</param>
    internal static Refusal? Check(string password, string email) => password.Length switch
    {
        < MinLength => new Refusal(
            UserRefusals.PasswordTooShort, $"A password has at least {MinLength} characters."),
        > MaxLength => new Refusal(
            UserRefusals.PasswordTooLong, $"A password has at most {MaxLength} characters."),
        _ when CommonPasswords.Contains(password) => new Refusal(
            UserRefusals.PasswordTooCommon, "This is one of the passwords that are tried first."),
        _ when Own(password, email) < MinLength => new Refusal(
            UserRefusals.PasswordTooPersonal, "The address and the service's name do not count: add more to them."),
        _ => null,
    };

    /// <summary>How many characters are left without the words that anybody would try for this account.</summary>
    private static int Own(string password, string email)
    {
        var at = email.IndexOf('@', StringComparison.Ordinal);
        return Words(email, at).Aggregate(
            password, (rest, word) => rest.Replace(word, "", StringComparison.OrdinalIgnoreCase)).Trim().Length;
    }

    /// <summary>Longer ones first: they hold the shorter.</summary>
    private static IEnumerable<string> Words(string email, int at) =>
        email[..at].Split('.', '+', '-', '_').Append(email).Append(email[..at]).Concat(email[(at + 1)..].Split('.'))
            .Where(word => word.Length >= MinContextWord)
            .Concat(ContextWords)
            .OrderByDescending(word => word.Length);
}
