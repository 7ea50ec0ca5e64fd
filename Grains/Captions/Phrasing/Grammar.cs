namespace Ax2.Captions.Phrasing;

/// <summary>How bad it is to part two neighbouring words, by a line break or by the end of a cue.</summary>
internal static class PartingCost
{
    /// <summary>After the end of a sentence.</summary>
    public const int Sentence = 0;

    /// <summary>Where a sentence ends or begins though no full stop says so.</summary>
    public const int Utterance = 1;

    /// <summary>After <c>: ; —</c>, beside brackets, after a comma that a conjunction follows.</summary>
    public const int Clause = 2;

    public const int Comma = 4;

    /// <summary>Before a conjunction, or what else begins a new thought.</summary>
    public const int Conjunction = 8;

    /// <summary>Before a preposition; in Korean, after a particle that ends a phrase.</summary>
    public const int Phrase = 11;

    public const int Neutral = 16;

    /// <summary>Within a phrase: before "of", between a subject and its verb.</summary>
    public const int Close = 20;

    /// <summary>An adjective and its noun, a verb and its preposition.</summary>
    public const int Loose = 26;

    /// <summary>Words that a reader takes in as one: an article and its noun, the two parts of a name.</summary>
    public const int Bound = 60;

    /// <summary>Two parts of one word.</summary>
    public const int Inside = 80;
}

/// <summary>What a language's grammar says about where text may be parted.</summary>
internal abstract class Grammar
{
    private const string Closers = "\"'”’»)]}」』";
    private static readonly EnglishGrammar English = new();
    private static readonly KoreanGrammar Korean = new();
    private static readonly PunctuationGrammar Punctuation = new();

    /// <param name="language">BCP 47. A language without word lists is split by its punctuation alone.</param>
    public static Grammar For(string language) => language.Split('-')[0].ToLowerInvariant() switch
    {
        "en" => English,
        "ko" => Korean,
        _ => Punctuation,
    };

    /// <summary>For each word the cost of splitting it from the next; the last one ends a sentence.</summary>
    public int[] PartingCosts(CueWord[] words)
    {
        var costs = new int[words.Length];
        var right = words.Length == 0 ? default : Word.Of(words[0].Text);
        for (var k = 0; k < words.Length - 1; k++)
        {
            var left = right;
            right = Word.Of(words[k + 1].Text);
            costs[k] = words[k + 1].Continues ? PartingCost.Inside : Cost(left, right);
        }

        return costs;
    }

    /// <summary>The cost where the left word ends with no punctuation that settles it.</summary>
    protected abstract int WordCost(Word left, Word right);

    /// <summary>The cost where the left word ends with a comma.</summary>
    protected virtual int CommaCost(Word left, Word right) => PartingCost.Comma;

    /// <summary>The full stop after it belongs to the word: <c>Dr.</c></summary>
    protected virtual bool IsAbbreviation(Word word) => false;

    private static bool Opens(string text) => text.Contains('(') && !text.Contains(')');

    private static bool Closes(string text) => text.Contains(')') && !text.Contains('(');

    private int Cost(Word left, Word right)
    {
        if (Opens(left.Text) || Closes(right.Text))
            return PartingCost.Loose;
        var mark = left.Text.AsSpan().TrimEnd(Closers) is [.., var last] ? last : ' ';
        if (mark == '.' && IsAbbreviation(left))
            return WordCost(left, right);
        return mark switch
        {
            '.' or '?' or '!' or '…' or '。' or '？' or '！' =>
                right.StartsLower ? PartingCost.Clause : PartingCost.Sentence,
            ':' or ';' or '—' or '–' => PartingCost.Clause,
            ',' or '、' or '，' => right.Text[0] is '"' or '“' ? PartingCost.Utterance : CommaCost(left, right),
            _ when left.Text[^1] is ')' or ']' || right.Text[0] is '(' or '[' => PartingCost.Clause,
            _ when left.Text is "-" || right.Text is "-" or "—" or "–" => PartingCost.Clause,
            _ => WordCost(left, right),
        };
    }
}

/// <summary>A language of which only the punctuation is known.</summary>
internal sealed class PunctuationGrammar : Grammar
{
    protected override int WordCost(Word left, Word right) => PartingCost.Neutral;
}

/// <param name="Text">As it is shown.</param>
/// <param name="Bare">Without the punctuation around it, in lower case.</param>
internal readonly record struct Word(string Text, string Bare)
{
    public bool StartsLower => Text.Length > 0 && char.IsLower(Text[0]);

    public bool StartsUpper => Text.Length > 0 && char.IsUpper(Text[0]);

    public bool IsNumber => Bare.Length > 0 && char.IsAsciiDigit(Bare[^1]);

    public static Word Of(string text)
    {
        var span = text.AsSpan();
        var start = 0;
        while (start < span.Length && !char.IsLetterOrDigit(span[start]))
            start++;
        var end = span.Length;
        while (end > start && !char.IsLetterOrDigit(span[end - 1]))
            end--;
        var bare = text[start..end].ToLowerInvariant();
        return new Word(text, bare.Contains('’') ? bare.Replace('’', '\'') : bare);
    }
}
