namespace Ax2.Captions.Phrasing;

/// <summary>
/// Korean: break after the endings that close a clause and the particles that close a phrase; keep a modifier with its
/// noun and a verb with its auxiliary. Text is parted at spaces only.
/// </summary>
internal sealed class KoreanGrammar : Grammar
{
    protected override int WordCost(Word left, Word right)
    {
        var (a, b) = (left.Bare, right.Bare);
        if (a.Length == 0 || b.Length == 0)
            return PartingCost.Neutral;
        if (IsBound(a, b))
            return PartingCost.Bound;
        if (EndsAny(a, KoreanWords.SentenceEndings))
            return PartingCost.Utterance;
        if (KoreanWords.Conjunctions.Contains(b))
            return PartingCost.Comma;
        if (KoreanWords.Modifiers.Contains(a) || EndsAny(a, KoreanWords.ModifierEndings))
            return PartingCost.Loose;
        if (EndsAny(a, KoreanWords.QuotingEndings))
            return PartingCost.Neutral;
        if (KoreanWords.TimeNouns.Contains(a) || (a.Length > 1 && EndsAny(a, KoreanWords.ClauseEndings)))
            return PartingCost.Conjunction;
        return a.Length > 1 ? AfterParticle(a) : PartingCost.Close;
    }

    // A topic stands alone; a subject, more so an object, is close to its verb; without a particle more is to come.
    private static int AfterParticle(string a) => a[^1] switch
    {
        '이' or '가' => PartingCost.Phrase + 3,
        '을' or '를' => PartingCost.Neutral + 2,
        _ when EndsAny(a, KoreanWords.PhraseParticles) => PartingCost.Phrase,
        _ => PartingCost.Close,
    };

    private static bool IsBound(string a, string b) =>
        KoreanWords.Determiners.Contains(a)
        || KoreanWords.Negations.Contains(a)
        || (IsModifying(a) && IsNoun(b, KoreanWords.BoundNouns))
        || (IsCount(a) && IsNoun(b, KoreanWords.Counters))
        || IsNoun(b, KoreanWords.Titles)
        || StartsAny(b, KoreanWords.Postpositions)
        || KoreanWords.Auxiliaries.Any(row => EndsAny(a, row.Hosts) && StartsAny(b, row.Verbs));

    private static bool IsModifying(string a) => a[^1] is '는' or '던' or '의' || HasFinal(a[^1], Final.N, Final.L);

    private static bool IsCount(string a) =>
        char.IsAsciiDigit(a[0]) || char.IsAsciiDigit(a[^1]) || KoreanWords.Numerals.Contains(a);

    private static bool EndsAny(string word, string[] endings) =>
        endings.Any(ending => word.EndsWith(ending, StringComparison.Ordinal));

    private static bool StartsAny(string word, string[] starts) =>
        starts.Any(start => word.StartsWith(start, StringComparison.Ordinal));

    // The noun alone, or with a particle or the copula.
    private static bool IsNoun(string word, string[] nouns) => nouns.Any(noun =>
        word.StartsWith(noun, StringComparison.Ordinal)
        && (word.Length == noun.Length || KoreanWords.ParticleStarts.Contains(word[noun.Length])));

    private enum Final
    {
        N = 4,
        L = 8,
    }

    // A syllable's code is (initial * 21 + vowel) * 28 + final consonant.
    private static bool HasFinal(char syllable, Final first, Final second) =>
        syllable is >= '\uAC00' and <= '\uD7A3'
        && (Final)((syllable - '\uAC00') % 28) is var final && (final == first || final == second);
}
