using System.Collections.Frozen;

namespace Ax2.Captions.Phrasing;

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

    public static readonly FrozenSet<string> Pronouns = Set(
        "i you he she it we they who there everyone someone nobody");

    /// <summary>A pronoun that can only be a subject, so a clause begins with it.</summary>
    public static readonly FrozenSet<string> Subjects = Set(
        "i he she we they i'm i've i'll i'd he's she's we're we've we'll they're they've they'll there's");

    public static readonly FrozenSet<string> ContractedPronouns = Set(
        "i you he she it we they who what that there here where how let");

    public static readonly FrozenSet<string> Auxiliaries = Set(
        "am is are was were be been being do does did have has had can could will would shall should may might must "
        + "cannot not going");

    public static readonly FrozenSet<string> Conjunctions = Set(
        "and but or nor so yet because although though unless until while whereas if when whenever since than whether "
        + "e.g i.e vs");

    public static readonly FrozenSet<string> Relatives = Set("who whom which that where why how what whose");

    public static readonly FrozenSet<string> Prepositions = Set(
        "of in on at by for from with without within into onto to toward towards through throughout about above across "
        + "after against along among around as before behind below beneath beside besides between beyond despite "
        + "during except inside like near outside over per regarding under underneath upon via");

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

    // What asks for which preposition. A star is any ending: looks, looked, looking.
    private static readonly (string Words, string Prepositions)[] Government =
    [
        ("look*", "at for after into like"), ("think* thought talk* care* caring worr*", "about"),
        ("listen* belong* refer* happen* speak* talk* due accord* next used want* going need* tri* try* able", "to"),
        ("have has had supposed about ought", "to"), ("deal* agree* cope* speak* talk* work*", "with"),
        ("depend* focus* rely relies relied relying work* based agree*", "on"), ("laugh* arriv*", "at"),
        ("wait* ask* search* hope* hoping apologi* responsible work*", "for"), ("believ* interest* arriv* liv*", "in"),
        ("think* thought consist* because instead out lot lots kind sort most some one all part number amount", "of"),
        ("couple bit piece pair full each none many half end rest", "of"), ("such same", "as"),
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
