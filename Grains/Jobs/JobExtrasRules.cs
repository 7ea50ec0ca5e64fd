using System.Text.RegularExpressions;
using Ax2.Credits;

namespace Ax2.Jobs;

/// <summary>Which extras can be named, and which of them can be ordered.</summary>
internal static partial class JobExtrasRules
{
    private const int MaxTranslations = 20;

    internal static Refusal? Refuse(JobExtras? extras)
    {
        if (extras is null)
        {
            return null;
        }

        var languages = extras.TranslationLanguages;
        var isValid = languages.Length <= MaxTranslations
            && languages.All(language => LanguageTag().IsMatch(language))
            && languages.Distinct(StringComparer.OrdinalIgnoreCase).Count() == languages.Length;
        return isValid ? null : new Refusal(
            JobRefusals.TranslationLanguageInvalid,
            $"Name at most {MaxTranslations} languages by their BCP 47 codes, each once.");
    }

    /// <summary>What has a price already and cannot be delivered yet is not sold.</summary>
    internal static Refusal? RefuseUnavailable(Quote quote) =>
        quote.Lines.FirstOrDefault(line => !line.IsAvailable) is { } line
            ? new Refusal(JobRefusals.OptionUnavailable, $"\"{line.Item}\" cannot be ordered yet.")
            : null;

    [GeneratedRegex(@"\A[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8}){0,3}\z")]
    private static partial Regex LanguageTag();
}
