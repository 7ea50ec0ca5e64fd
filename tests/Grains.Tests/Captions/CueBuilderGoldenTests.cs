using Xunit;

namespace Ax2.Captions;

/// <summary>Whole passages, cut as a subtitler would publish them. Cues are parted by an empty line.</summary>
public sealed class CueBuilderGoldenTests
{
    private const long MediaMs = 600_000;

    [Fact]
    public void Build_EnglishTalk_BreaksAtClausesAndKeepsPhrasesWhole() => AssertCues(CueRules.NetflixEnglish, 72,
        """
        Good morning, everyone, and thank you for coming. My name is Sarah Mitchell, and I lead the coastal research
        team at the University of Bristol. Today I want to talk about something that most of us never think about: the
        ground beneath our feet. [1400] When I was twelve years old, my father took me to a beach in Cornwall where the
        cliffs were falling into the sea. He didn't say very much. He just pointed at a row of houses and said, "In
        thirty years, none of those will be there." I thought he was joking. [1800] He wasn't. [1200] Over the past two
        decades we have measured more than four thousand kilometres of coastline, and what we found is that erosion
        isn't a slow, steady process.
        """,
        """
        Good morning, everyone,
        and thank you for coming.

        My name is Sarah Mitchell,

        and I lead the coastal research team
        at the University of Bristol.

        Today I want to talk about something
        that most of us never think about:

        the ground beneath our feet.

        When I was twelve years old,
        my father took me to a beach in Cornwall

        where the cliffs were falling
        into the sea.

        He didn't say very much.

        He just pointed
        at a row of houses and said,

        "In thirty years,
        none of those will be there."

        I thought he was joking.

        He wasn't.

        Over the past two decades

        we have measured more than four thousand
        kilometres of coastline,

        and what we found is that erosion
        isn't a slow, steady process.
        """);

    [Fact]
    public void Build_EnglishInterview_KeepsNamesNumbersAndAbbreviationsWhole() => AssertCues(
        CueRules.NetflixEnglish, 72,
        """
        Hi, I'm Alex. And I'm Jordan. Welcome back to the show! This week we're joined by Professor Maria Gonzalez,
        author of The Quiet Machine, which won the National Book Award last year. Maria, thanks for being here. Oh,
        it's a pleasure. [900] Dr. James Whitfield, who worked with us on the first survey, used to say that the sea
        has a long memory but a short temper. At 3.5 GHz, the CPU can execute approximately 14 billion instructions per
        second, e.g. additions or comparisons. No. No, no, no. I told you not to open the door! What were you thinking?
        """,
        """
        Hi, I'm Alex. And I'm Jordan.
        Welcome back to the show!

        This week we're joined
        by Professor Maria Gonzalez,

        author of The Quiet Machine, which won
        the National Book Award last year.

        Maria, thanks for being here.
        Oh, it's a pleasure.

        Dr. James Whitfield,
        who worked with us on the first survey,

        used to say that the sea has a long memory
        but a short temper.

        At 3.5 GHz, the CPU can execute
        approximately 14 billion instructions

        per second, e.g. additions or comparisons.

        No. No, no, no.
        I told you not to open the door!

        What were you thinking?
        """);

    [Fact]
    public void Build_EnglishWithoutPunctuation_FollowsConjunctionsAndPauses() => AssertCues(
        CueRules.NetflixEnglish, 72,
        """
        and I remember sitting in this tiny office above a bakery with my co founder and we were looking at the numbers
        and we realised that we had about six weeks of money left [700] and I called my mother and I said look I think
        I've made a terrible mistake and she said well you can always come home but you're not going to because I know
        you
        """,
        """
        and I remember sitting in this tiny office
        above a bakery with my co founder

        and we were looking at the numbers
        and we realised

        that we had about six weeks of money left

        and I called my mother and I said look
        I think I've made a terrible mistake

        and she said well you can always come home

        but you're not going to because I know you
        """);

    [Fact]
    public void Build_KoreanTalk_BreaksAtEndingsAndKeepsModifiersWithNouns() => AssertCues(
        CueRules.NetflixKorean, Spoken.KoreanMsPerChar,
        """
        안녕하세요, 여러분. 오늘은 우리가 매일 마시는 커피 한 잔이 어떻게 만들어지는지 이야기해 보려고 합니다. 저는 지난 십 년 동안 세계 여러
        나라의 커피 농장을 직접 찾아다니면서 농부들을 만났습니다. [1500] 처음 에티오피아에 갔을 때 저는 정말 깜짝 놀랐어요. 제가 알고 있던
        커피와는 전혀 다른 향이 났기 때문입니다. [1800] 커피 열매는 빨갛게 익었을 때 손으로 하나씩 따야 합니다. 기계를 쓰면 덜 익은 열매까지
        함께 떨어지기 때문에 좋은 맛을 낼 수 없거든요. 김민수 대표님은 이 문제를 해결하기 위해서 2015년에 작은 회사를 세웠습니다.
        """,
        """
        안녕하세요, 여러분.

        오늘은 우리가 매일 마시는
        커피 한 잔이 어떻게 만들어지는지

        이야기해 보려고 합니다.

        저는 지난 십 년 동안
        세계 여러 나라의 커피 농장을

        직접 찾아다니면서
        농부들을 만났습니다.

        처음 에티오피아에 갔을 때
        저는 정말 깜짝 놀랐어요.

        제가 알고 있던 커피와는
        전혀 다른 향이 났기 때문입니다.

        커피 열매는 빨갛게 익었을 때
        손으로 하나씩 따야 합니다.

        기계를 쓰면 덜 익은 열매까지
        함께 떨어지기 때문에

        좋은 맛을 낼 수 없거든요.

        김민수 대표님은
        이 문제를 해결하기 위해서

        2015년에 작은 회사를 세웠습니다.
        """);

    [Fact]
    public void Build_KoreanNews_KeepsFiguresAndPostpositionsWhole() => AssertCues(
        CueRules.NetflixKorean, Spoken.KoreanMsPerChar,
        """
        정부는 어제 서울 광화문에서 열린 기자 회견에서 내년 예산을 올해보다 3.2퍼센트 늘어난 677조 원으로 편성했다고 밝혔습니다. 특히
        인공지능과 반도체 분야의 연구 개발 예산을 크게 늘리고, 저출생 문제를 해결하기 위한 지원도 확대하기로 했습니다. 이에 대해 야당은
        서민을 위한 예산이 부족하다며 강하게 비판했습니다.
        """,
        """
        정부는 어제 서울 광화문에서

        열린 기자 회견에서
        내년 예산을 올해보다

        3.2퍼센트 늘어난 677조 원으로
        편성했다고 밝혔습니다.

        특히 인공지능과 반도체 분야의
        연구 개발 예산을 크게 늘리고,

        저출생 문제를 해결하기 위한
        지원도 확대하기로 했습니다.

        이에 대해 야당은
        서민을 위한 예산이 부족하다며

        강하게 비판했습니다.
        """);

    [Fact]
    public void Build_KoreanSpeechWithoutPunctuation_EndsCuesAtSentenceEndings() => AssertCues(
        CueRules.NetflixKorean, Spoken.KoreanMsPerChar,
        """
        안녕하세요 저는 이지은이고요 오늘은 파이썬으로 데이터를 분석하는 방법을 알려 드리겠습니다 [700] 먼저 엑셀 파일을 하나 준비해 주세요
        파일이 없으신 분들은 영상 아래 설명란에 있는 링크를 눌러서 다운로드하시면 됩니다
        """,
        """
        안녕하세요 저는 이지은이고요

        오늘은 파이썬으로 데이터를

        분석하는 방법을
        알려 드리겠습니다

        먼저 엑셀 파일을
        하나 준비해 주세요

        파일이 없으신 분들은
        영상 아래 설명란에 있는 링크를

        눌러서 다운로드하시면 됩니다
        """);

    private static void AssertCues(CueRules rules, int msPerChar, string speech, string expected)
    {
        var cues = CueBuilder.Build(Spoken.Text(speech, msPerChar), rules, MediaMs);
        Assert.Equal(expected.ReplaceLineEndings("\n"), string.Join("\n\n", cues.Select(cue => cue.Text)));
        Assert.Empty(CueChecker.Check(cues, rules, MediaMs));
    }
}
