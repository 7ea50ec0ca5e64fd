namespace Ax2.Captions.Phrasing;

/// <summary>English: break before conjunctions and prepositions, keep what belongs together.</summary>
internal sealed class EnglishGrammar : Grammar
{
    protected override bool IsAbbreviation(Word word) =>
        EnglishWords.Abbreviations.Contains(word.Bare)
        || (word.Bare.Length == 1 && word.StartsUpper && word.Bare != "i");

    protected override int CommaCost(Word left, Word right) =>
        EnglishWords.Conjunctions.Contains(right.Bare) ? PartingCost.Clause
        : IsAdjective(left.Bare) && IsAdjective(right.Bare) ? PartingCost.Loose
        : PartingCost.Comma;

    protected override int WordCost(Word left, Word right) =>
        Math.Max(BoundToNext(left, right), BoundToPrevious(left, right)) is > 0 and var bound
            ? bound
            : Opening(right);

    /// <summary>What the left word still waits for; 0 when nothing.</summary>
    private static int BoundToNext(Word left, Word right)
    {
        var (a, b) = (left.Bare, right.Bare);
        if (EnglishWords.Articles.Contains(a) || IsNamePair(left, right) || (IsNumeral(left) && IsNumeral(right)))
            return PartingCost.Bound;
        if (EnglishWords.Conjunctions.Contains(a))
            return PartingCost.Bound;
        if (EnglishWords.Conjunctions.Contains(b))
            return IsNumeral(left) && b is "and" or "or" ? PartingCost.Loose : 0;
        var intoPhrase = EnglishWords.Prepositions.Contains(b);
        if (EnglishWords.Prepositions.Contains(a))
            return intoPhrase && b != "of" ? 0 : PartingCost.Bound;
        if (IsAuxiliary(a))
            return intoPhrase ? PartingCost.Loose : PartingCost.Bound;
        if (EnglishWords.Determiners.Contains(a) || EnglishWords.Pronouns.Contains(a))
            return intoPhrase ? 0 : PartingCost.Bound;
        if (EnglishWords.Relatives.Contains(a))
            return PartingCost.Loose;
        var awaitsNoun = EnglishWords.Adverbs.Contains(a) || IsNumeral(left) || IsAdjective(a);
        var beginsAnew = intoPhrase || IsAuxiliary(b)
            || EnglishWords.Articles.Contains(b) || EnglishWords.Subjects.Contains(b);
        return awaitsNoun && !beginsAnew ? PartingCost.Loose : 0;
    }

    /// <summary>What ties the right word to the left; 0 when nothing.</summary>
    private static int BoundToPrevious(Word left, Word right)
    {
        var (a, b) = (left.Bare, right.Bare);
        if (b is "not" or "n't")
            return PartingCost.Bound;
        var reflexive = b.EndsWith("self", StringComparison.Ordinal) || b.EndsWith("selves", StringComparison.Ordinal);
        if (reflexive || EnglishWords.Governs(a, b) || EnglishWords.Particles.Contains(b))
            return PartingCost.Loose;
        return b == "of" || EnglishWords.Auxiliaries.Contains(b) ? PartingCost.Close : 0;
    }

    private static int Opening(Word right) =>
        EnglishWords.Conjunctions.Contains(right.Bare) || EnglishWords.Relatives.Contains(right.Bare)
            ? PartingCost.Conjunction
            : EnglishWords.Prepositions.Contains(right.Bare) || EnglishWords.Subjects.Contains(right.Bare)
                ? PartingCost.Phrase
                : PartingCost.Neutral;

    // A title keeps its full stop: only Dr. and the like come here with one.
    private static bool IsNamePair(Word left, Word right) =>
        left.StartsUpper && right.StartsUpper && !IsFirstPerson(left) && !IsFirstPerson(right)
        && (char.IsLetterOrDigit(left.Text[^1]) || left.Text[^1] == '.');

    private static bool IsFirstPerson(Word word) => word.Bare is "i" or "i'm" or "i've" or "i'll" or "i'd";

    private static bool IsAuxiliary(string bare) =>
        EnglishWords.Auxiliaries.Contains(bare)
        || bare.EndsWith("n't", StringComparison.Ordinal)
        || (bare.IndexOf('\'', StringComparison.Ordinal) is > 0 and var mark
            && EnglishWords.ContractedPronouns.Contains(bare[..mark]));

    private static bool IsNumeral(Word word) => word.IsNumber || EnglishWords.Numerals.Contains(word.Bare);

    private static bool IsAdjective(string bare) =>
        EnglishWords.Adjectives.Contains(bare)
        || (bare.Length > 5 && EnglishWords.AdjectiveEndings.Any(e => bare.EndsWith(e, StringComparison.Ordinal)));
}
