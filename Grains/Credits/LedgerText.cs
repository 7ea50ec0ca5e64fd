using System.Text;

namespace Ax2.Credits;

/// <summary>
/// Texts that go into the ledger. Without control characters and broken surrogates they can be hashed field by field
/// and come back from the database as they went in.
/// </summary>
internal static class LedgerText
{
    internal const int MaxLength = 500;

    internal static Refusal? Refuse(string field, string? text, int maxLength = MaxLength) =>
        string.IsNullOrWhiteSpace(text)
            ? Invalid($"\"{field}\" is missing.")
            : RefuseOptional(field, text, maxLength);

    internal static Refusal? RefuseOptional(string field, string? text, int maxLength = MaxLength)
    {
        if (text is null)
        {
            return null;
        }

        if (text.Length > maxLength)
        {
            return Invalid($"\"{field}\" has more than {maxLength} characters.");
        }

        foreach (var rune in text.EnumerateRunes())
        {
            if (rune == Rune.ReplacementChar || Rune.IsControl(rune))
            {
                return Invalid($"\"{field}\" holds characters that cannot be printed.");
            }
        }

        return null;
    }

    internal static Refusal Invalid(string message) => new(CreditRefusals.TextInvalid, message);
}
