using System.Collections.Frozen;

namespace Ax2.Captions.Phrasing;

/// <summary>
/// Korean: break after the endings that close a clause and the particles that close a phrase; keep a modifier with its
/// noun and a verb with its auxiliary. Text is parted at spaces only.
/// </summary>
internal sealed class Korean : Phrasing
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

/// <summary>The endings, particles and small closed classes of Korean.</summary>
internal static class KoreanWords
{
    /// <summary>Polite and formal endings that close a sentence even where the recogniser wrote no full stop.</summary>
    public static readonly string[] SentenceEndings =
        ["니다", "세요", "어요", "아요", "해요", "에요", "예요", "네요", "군요", "까요", "지요", "죠", "거든요", "잖아요", "대요", "래요", "데요",
         "고요", "구요"];

    public static readonly string[] ClauseEndings =
        ["고", "며", "면서", "지만", "는데", "은데", "인데", "니까", "아서", "어서", "해서", "라서", "워서", "려고", "도록", "거나", "자마자",
         "면", "다가", "더니", "므로", "기에", "듯이", "든지", "고서", "어도", "아도", "해도", "는지", "은지", "을지", "때문에", "위해", "위해서"];

    /// <summary>Close to the verb of saying that follows.</summary>
    public static readonly string[] QuotingEndings = ["다고", "라고", "냐고", "자고"];

    public static readonly FrozenSet<string> TimeNouns = Set("때 때는 때에 때도 후 후에 뒤 뒤에 동안 동안에 중 중에 전에 다음 이후 이전에");

    public static readonly string[] PhraseParticles =
        ["은", "는", "에서", "에게", "한테", "께서", "부터", "까지", "으로", "로", "에", "와", "과", "랑", "하고", "보다", "처럼",
         "마다", "조차", "마저", "도", "만"];

    /// <summary>Verb forms that work as particles of the word before: 하기 위해, 이에 대한.</summary>
    public static readonly string[] Postpositions =
        ["위한", "위해", "대한", "대해", "따라", "따른", "의한", "의해", "인한", "인해", "통한", "통해", "관한", "관해", "비해"];

    /// <summary>Always with the word that follows.</summary>
    public static readonly FrozenSet<string> Determiners = Set(
        "이 그 저 한 두 세 네 몇 모든 새 헌 온 각 여러 어떤 무슨 어느 이런 그런 저런 이러한 그러한 첫 다른 옛 순 약 총 매 전 현 제 내 우리 저희 너희 네");

    public static readonly FrozenSet<string> Negations = Set("안 못");

    /// <summary>Adverbs of degree and manner: close to what follows.</summary>
    public static readonly FrozenSet<string> Modifiers = Set(
        "너무 아주 매우 정말 진짜 더 가장 제일 잘 꼭 좀 조금 많이 훨씬 거의 다시 계속 바로 함께 같이 별로 전혀 특히 더욱 점점 서로 직접 새로 약간 굉장히 상당히");

    public static readonly string[] ModifierEndings =
        ["하는", "있는", "없는", "되는", "같은", "라는", "다는", "했던", "었던", "았던", "던", "한", "된", "될", "할", "의", "적인", "스러운", "로운",
         "시키는", "지는", "보는", "가는", "오는", "주는", "많은", "좋은", "작은", "높은", "낮은", "새로운", "중요한", "큰", "쓰는", "만든", "위한", "대한",
         "관한", "통한"];

    public static readonly FrozenSet<string> Conjunctions = Set(
        "그리고 하지만 그런데 그래서 그러나 그러면 그럼 그러니까 그렇지만 왜냐하면 또는 혹은 또한 즉 만약 만일 따라서 그래도 오히려 반면 반면에 사실 예를");

    public static readonly string[] BoundNouns =
        ["수", "것", "거", "게", "건", "걸", "때", "줄", "만큼", "대로", "뿐", "채", "적", "지", "바", "데", "중", "동안", "때문", "정도", "후", "뒤",
         "셈", "척", "김에", "편", "이상"];

    /// <summary>What a particle or a form of 이다 begins with.</summary>
    public const string ParticleStarts = "은는이가을를에도만의로으까부입인였예라랑처께과와들씩쯤째";

    /// <summary>Endings of a verb, and the auxiliaries that follow them.</summary>
    public static readonly (string[] Hosts, string[] Verbs)[] Auxiliaries =
    [
        (["고"], ["있", "싶", "계시", "계셨", "말았"]),
        (["수", "수는", "수도", "수가", "줄", "줄은", "적이", "적은", "필요가"], ["있", "없", "알", "모르", "모릅", "몰랐"]),
        (["지", "지는", "지도", "지를"], ["않", "못", "마세", "마십", "말고", "말아"]),
        (["야", "야만", "게", "게끔"], ["한다", "하는", "하고", "하지", "할", "합니", "했", "해요", "된", "될", "되", "됩", "됐", "돼"]),
        (["려고", "러", "도록", "기로", "기도", "기는"], ["한다", "하는", "하고", "하지", "할", "합니", "했", "해요"]),
        (["아", "어", "해", "여", "워", "려", "져", "겨", "켜", "써", "봐"],
            ["주", "준", "줄", "줍", "줬", "줘", "드리", "드릴", "드립", "드렸", "보았", "봤", "보세", "보겠", "볼", "본", "봅", "보고",
             "버리", "버렸", "버린", "버릴", "놓", "놨", "두었", "둡", "뒀", "있", "왔", "옵", "오고", "갔", "갑", "가고"]),
    ];

    public static readonly string[] Counters =
        ["개", "명", "년", "월", "일", "시", "분", "초", "원", "번", "퍼센트", "살", "마리", "권", "대", "장", "잔", "병", "층", "달러", "킬로", "미터",
         "가지", "주", "달", "시간", "배", "만", "억", "조", "천", "백", "건", "곳", "차례", "사람"];

    public static readonly FrozenSet<string> Numerals = Set(
        "한 두 세 네 다섯 여섯 일곱 여덟 아홉 열 스무 서른 마흔 쉰 수십 수백 수천 수만 몇 몇십 백 천 만 십 일 이 삼 사 오 육 칠 팔 구");

    public static readonly string[] Titles =
        ["씨", "님", "선생님", "교수님", "박사님", "대표님", "사장님", "작가님", "감독님", "과장님", "부장님", "팀장님"];

    private static FrozenSet<string> Set(string words) => words.Split(' ').ToFrozenSet();
}
