using Xunit;

namespace Ax2.Users.Emails;

public sealed class EmailTemplatesTests
{
    private const string Link = "https://caption.example/verify#ax2m_token";
    private const string Day = "2026-12-24 09:00";

    public static TheoryData<int> Kinds => [.. Enum.GetValues<EmailKind>().Select(kind => (int)kind)];

    [Theory, MemberData(nameof(Kinds))]
    public void Write_EveryKind_IsInBothLanguages(int kind)
    {
        var english = Write((EmailKind)kind, UserLanguages.English);
        var korean = Write((EmailKind)kind, UserLanguages.Korean);

        Assert.DoesNotMatch("[가-힣]", english.Subject + english.Text);
        Assert.Matches("[가-힣]", korean.Subject);
        Assert.Matches("[가-힣]", korean.Text);
        Assert.Equal(Has(english, Link), Has(korean, Link));
        Assert.Equal(Has(english, Day), Has(korean, Day));
        Assert.DoesNotContain('{', english.Text + korean.Text);
        english.ThrowIfInvalid();
        korean.ThrowIfInvalid();
    }

    /// <summary>The outbox page, and most mail programs, take a line that is a link for one.</summary>
    [Theory, MemberData(nameof(Kinds))]
    public void Link_StandsOnALineOfItsOwn(int kind)
    {
        foreach (var language in UserLanguages.All)
        {
            var lines = Write((EmailKind)kind, language).Text.Split('\n');
            Assert.All(
                lines.Where(line => line.Contains(Link, StringComparison.Ordinal)), line => Assert.Equal(Link, line));
        }
    }

    private static bool Has(Email email, string words) => email.Text.Contains(words, StringComparison.Ordinal);

    private static Email Write(EmailKind kind, string language) =>
        EmailTemplates.Write(kind, "kim@example.com", language, Link, Day);
}
