using System.Collections.Frozen;

namespace Ax2.Captions.Phrasing;

/// <summary>English: break before conjunctions and prepositions, keep what belongs together.</summary>
internal sealed class English : Phrasing
{
    protected override bool IsAbbreviation(Word word) =>
        EnglishWords.Abbreviations.Contains(word.Bare) || (word.Bare.Length == 1 && word.StartsUpper && word.Bare != "i");

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
        return awaitsNoun && !intoPhrase && !IsAuxiliary(b) ? PartingCost.Loose : 0;
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

/// <summary>The closed classes of English, and the commonest of the open ones.</summary>
internal static class EnglishWords
{
    public static readonly FrozenSet<string> Abbreviations = Set(
        "mr mrs ms dr prof st sr jr mt rev gen sen gov capt sgt lt col hon vs e.g i.e cf fig vol approx");

    public static readonly FrozenSet<string> Articles = Set(
        "a an the my your our their its whose every mr mrs ms dr prof st");

    public static readonly FrozenSet<string> Determiners = Set(
        "his her this that these those some any each no all both many much few several another other such "
        + "more most less either neither enough half which what");

    public static readonly FrozenSet<string> Pronouns = Set("i you he she it we they who there everyone someone nobody");

    /// <summary>A pronoun that can only be a subject, so a clause begins with it.</summary>
    public static readonly FrozenSet<string> Subjects = Set(
        "i he she we they i'm i've i'll i'd he's she's we're we've we'll they're they've they'll there's");

    public static readonly FrozenSet<string> ContractedPronouns = Set(
        "i you he she it we they who what that there here where how let");

    public static readonly FrozenSet<string> Auxiliaries = Set(
        "am is are was were be been being do does did have has had can could will would shall should may might must "
        + "cannot not going");

    public static readonly FrozenSet<string> Conjunctions = Set(
        "and but or nor so yet because although though unless until while whereas if when whenever since than whether");

    public static readonly FrozenSet<string> Relatives = Set("who whom which that where why how what whose");

    public static readonly FrozenSet<string> Prepositions = Set(
        "of in on at by for from with without within into onto to toward towards through throughout about above across "
        + "after against along among around as before behind below beneath beside besides between beyond despite during "
        + "except inside like near outside over per regarding under underneath upon via");

    public static readonly FrozenSet<string> Particles = Set("up out off away back down apart together");

    public static readonly FrozenSet<string> Adverbs = Set(
        "very too quite really just only even also never always often still almost already ever so rather pretty "
        + "extremely fairly actually probably simply");

    public static readonly FrozenSet<string> Numerals = Set(
        "one two three four five six seven eight nine ten eleven twelve twenty thirty forty fifty sixty seventy eighty "
        + "ninety hundred thousand million billion first second third");

    public static readonly FrozenSet<string> Adjectives = Set(
        "good new old great little big long young high small large last next early important few public bad same able "
        + "own real best free better true whole short hard easy clear recent certain full simple left right low late "
        + "strong single different nice happy black white red blue green main deep dark cold hot warm rich poor "
        + "beautiful modern open quick slow possible wrong fast heavy huge tiny entire general common");

    public static readonly string[] AdjectiveEndings = ["ous", "ful", "ive", "able", "ible", "less", "ical", "ish"];

    // What asks for which preposition. A star stands for an ending: looks, looked, looking.
    private static readonly (string Words, string Prepositions)[] Government =
    [
        ("look*", "at for after into like"), ("think* thought talk* care* caring worr*", "about"),
        ("listen* belong* refer* happen* speak* talk* due accord* next used want* going need* tri* try* able", "to"),
        ("have has had supposed about ought", "to"), ("deal* agree* cope* speak* talk* work*", "with"),
        ("depend* focus* rely relies relied relying work* based agree*", "on"), ("laugh* arriv*", "at"),
        ("wait* ask* search* hope* hoping apologi* responsible work*", "for"), ("believ* interest* arriv* liv*", "in"),
        ("think* thought consist* because instead out lot lots kind sort most some one all part number amount couple", "of"),
        ("bit piece pair full each none many half end rest think*", "of"), ("such same", "as"),
        ("rather more less fewer better", "than"), ("as even", "if though"), ("so", "that"),
    ];

    private static readonly FrozenDictionary<string, string[]> GovernorsOf = Government
        .SelectMany(row => row.Prepositions.Split(' '), (row, preposition) => (preposition, row.Words))
        .GroupBy(pair => pair.preposition, pair => pair.Words)
        .ToFrozenDictionary(group => group.Key, group => group.SelectMany(words => words.Split(' ')).ToArray());

    /// <summary>"look" and "at": the first asks for the second.</summary>
    public static bool Governs(string left, string right) =>
        GovernorsOf.TryGetValue(right, out var governors) && governors.Any(governor => IsFormOf(left, governor));

    private static bool IsFormOf(string word, string governor) => governor[^1] != '*'
        ? word == governor
        : word.AsSpan().StartsWith(governor.AsSpan(..^1)) && word.Length - governor.Length < 4;

    private static FrozenSet<string> Set(string words) => words.Split(' ').ToFrozenSet();
}
