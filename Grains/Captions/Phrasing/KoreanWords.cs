using System.Collections.Frozen;

namespace Ax2.Captions.Phrasing;

/// <summary>The endings, particles and small closed classes of Korean.</summary>
internal static class KoreanWords
{
    /// <summary>Polite and formal endings that close a sentence even where the recogniser wrote no full stop.</summary>
    public static readonly string[] SentenceEndings = List(
        "니다 세요 어요 아요 해요 에요 예요 네요 군요 까요 지요 죠 거든요 잖아요 대요 래요 데요 고요 구요");

    public static readonly string[] ClauseEndings = List(
        "고 며 면서 지만 는데 은데 인데 니까 아서 어서 해서 라서 워서 려고 도록 거나 자마자 면 다가 더니 므로 "
        + "기에 듯이 든지 고서 어도 아도 해도 는지 은지 을지 때문에 위해 위해서");

    /// <summary>Close to the verb of saying that follows.</summary>
    public static readonly string[] QuotingEndings = List("다고 라고 냐고 자고");

    public static readonly FrozenSet<string> TimeNouns = Set(
        "때 때는 때에 때도 후 후에 뒤 뒤에 동안 동안에 중 중에 전에 이후 이전에");

    public static readonly string[] PhraseParticles = List(
        "은 는 에서 에게 한테 께서 부터 까지 으로 로 에 와 과 랑 하고 보다 처럼 마다 조차 마저 도 만");

    /// <summary>Verb forms that work as particles of the word before: 하기 위해, 이에 대한.</summary>
    public static readonly string[] Postpositions = List(
        "위한 위해 대한 대해 따라 따른 의한 의해 인한 인해 통한 통해 관한 관해 비해 때문");

    /// <summary>Always with the word that follows.</summary>
    public static readonly FrozenSet<string> Determiners = Set(
        "이 그 저 한 두 세 네 몇 모든 새 헌 온 각 여러 어떤 무슨 어느 이런 그런 저런 이러한 그러한 첫 다른 "
        + "옛 순 약 총 매 전 현 제 내 우리 저희 너희");

    public static readonly FrozenSet<string> Negations = Set("안 못");

    /// <summary>Adverbs of degree and manner: close to what follows.</summary>
    public static readonly FrozenSet<string> Modifiers = Set(
        "너무 아주 매우 정말 진짜 더 가장 제일 잘 꼭 좀 조금 많이 훨씬 거의 다시 계속 바로 함께 같이 별로 "
        + "전혀 특히 더욱 점점 서로 직접 새로 약간 굉장히 상당히");

    public static readonly string[] ModifierEndings = List(
        "하는 있는 없는 되는 같은 라는 다는 했던 었던 았던 던 한 된 될 할 의 적인 스러운 로운 시키는 지는 "
        + "보는 가는 오는 주는 많은 좋은 작은 높은 낮은 새로운 중요한 큰 쓰는 만든 위한 대한 관한 통한");

    public static readonly FrozenSet<string> Conjunctions = Set(
        "그리고 하지만 그런데 그래서 그러나 그러면 그럼 그러니까 그렇지만 왜냐하면 또는 혹은 또한 즉 만약 만일 "
        + "따라서 그래도 오히려 반면 반면에 사실 예를");

    public static readonly string[] BoundNouns = List(
        "수 것 거 게 건 걸 때 줄 만큼 대로 뿐 채 적 지 바 데 중 동안 정도 후 뒤 셈 척 김에 편 이상");

    /// <summary>What a particle or a form of 이다 begins with.</summary>
    public const string ParticleStarts = "은는이가을를에도만의로으까부입인였예라랑처께과와들씩쯤째";

    /// <summary>Endings of a verb, and the auxiliaries that follow them.</summary>
    public static readonly (string[] Hosts, string[] Verbs)[] Auxiliaries =
    [
        (List("고"), List("있 싶 계시 계셨 말았")),
        (List("수 수는 수도 수가 줄 줄은 적이 적은 필요가"), List("있 없 알 모르 모릅 몰랐")),
        (List("지 지는 지도 지를"), List("않 못 마세 마십 말고 말아")),
        (List("야 야만 게 게끔"), List("한다 하는 하고 하지 할 합니 했 해요 된 될 되 됩 됐 돼")),
        (List("려고 러 도록 기로 기도 기는"), List("한다 하는 하고 하지 할 합니 했 해요")),
        (List("아 어 해 여 워 려 져 겨 켜 써 봐"), List(
            "주 준 줄 줍 줬 줘 드리 드릴 드립 드렸 보았 봤 보세 보겠 볼 본 봅 보고 버리 버렸 버린 버릴 "
            + "놓 놨 두었 둡 뒀 있 왔 옵 오고 갔 갑 가고")),
    ];

    public static readonly string[] Counters = List(
        "개 명 년 월 일 시 분 초 원 번 퍼센트 살 마리 권 대 장 잔 병 층 달러 킬로 미터 가지 주 달 시간 "
        + "배 만 억 조 천 백 건 곳 차례 사람");

    public static readonly FrozenSet<string> Numerals = Set(
        "한 두 세 네 다섯 여섯 일곱 여덟 아홉 열 스무 서른 마흔 쉰 수십 수백 수천 수만 몇 몇십 백 천 만 십 "
        + "일 이 삼 사 오 육 칠 팔 구");

    public static readonly string[] Titles = List(
        "씨 님 선생님 교수님 박사님 대표님 사장님 작가님 감독님 과장님 부장님 팀장님");

    private static string[] List(string words) => words.Split(' ');

    private static FrozenSet<string> Set(string words) => words.Split(' ').ToFrozenSet();
}
