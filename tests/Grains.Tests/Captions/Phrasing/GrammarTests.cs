using Xunit;

namespace Ax2.Captions.Phrasing;

/// <summary>Where a bar stands, text may be parted; where a plus stands, it should not be.</summary>
public sealed class GrammarTests
{
    [Theory]
    [InlineData("the + house")]
    [InlineData("my + old")]
    [InlineData("old + friend")]
    [InlineData("slow, + clear")]
    [InlineData("John + Smith")]
    [InlineData("Dr. + Whitfield")]
    [InlineData("J. + Smith")]
    [InlineData("she + went")]
    [InlineData("they'll + come")]
    [InlineData("is + coming")]
    [InlineData("couldn't + see")]
    [InlineData("did + not")]
    [InlineData("in + London")]
    [InlineData("to + go")]
    [InlineData("and + then")]
    [InlineData("look + at")]
    [InlineData("lived + in")]
    [InlineData("picked + up")]
    [InlineData("hurt + himself")]
    [InlineData("four + thousand")]
    [InlineData("14 + billion")]
    [InlineData("because + of")]
    [InlineData("e.g. + additions")]
    [InlineData("(n + log")]
    [InlineData("log + n)")]
    [InlineData("don’t + know")]
    public void PartingCosts_EnglishPhrase_StaysWhole(string pair) =>
        AssertCost("en", pair, PartingCost.Loose, int.MaxValue);

    [Theory]
    [InlineData("house. | The", PartingCost.Sentence)]
    [InlineData("there.” | I", PartingCost.Sentence)]
    [InlineData("No. | I", PartingCost.Sentence)]
    [InlineData("well... | that's", PartingCost.Clause)]
    [InlineData("options: | you", PartingCost.Clause)]
    [InlineData("hours, | and", PartingCost.Clause)]
    [InlineData("hours, | you", PartingCost.Comma)]
    [InlineData("said, | \"In", PartingCost.Utterance)]
    [InlineData("home | because", PartingCost.Conjunction)]
    [InlineData("team | at", PartingCost.Phrase)]
    [InlineData("lived in | for", PartingCost.Phrase)]
    [InlineData("rocks | fall", PartingCost.Neutral)]
    public void PartingCosts_EnglishBoundary_IsAsGoodAsItsKind(string pair, int cost) =>
        AssertCost("en", pair, cost, cost);

    [Theory]
    [InlineData("이 + 문제를")]
    [InlineData("한 + 사람이")]
    [InlineData("안 + 갔어요")]
    [InlineData("할 + 수")]
    [InlineData("수 + 있습니다")]
    [InlineData("가고 + 싶어요")]
    [InlineData("가지 + 않았다")]
    [InlineData("써야 + 한다는")]
    [InlineData("갔을 + 때")]
    [InlineData("났기 + 때문입니다")]
    [InlineData("서른 + 개가")]
    [InlineData("677조 + 원으로")]
    [InlineData("김민수 + 대표님은")]
    [InlineData("해결하기 + 위한")]
    [InlineData("우리의 + 미래")]
    [InlineData("너무 + 좋아요")]
    public void PartingCosts_KoreanPhrase_StaysWhole(string pair) =>
        AssertCost("ko", pair, PartingCost.Loose, int.MaxValue);

    [Theory]
    [InlineData("합니다. | 저는", PartingCost.Sentence)]
    [InlineData("드리겠습니다 | 먼저", PartingCost.Utterance)]
    [InlineData("갔어요 | 그래서", PartingCost.Utterance)]
    [InlineData("좋지만 | 비싸다", PartingCost.Conjunction)]
    [InlineData("때 | 저는", PartingCost.Conjunction)]
    [InlineData("저는 | 학교에", PartingCost.Phrase)]
    [InlineData("오늘 | 지금", PartingCost.Close)]
    public void PartingCosts_KoreanBoundary_IsAsGoodAsItsKind(string pair, int cost) =>
        AssertCost("ko", pair, cost, cost);

    [Fact]
    public void PartingCosts_LanguageWithoutLists_PunctuationAlone()
    {
        AssertCost("fr", "maison. | La", PartingCost.Sentence, PartingCost.Sentence);
        AssertCost("fr", "la | maison", PartingCost.Neutral, PartingCost.Neutral);
    }

    private static void AssertCost(string language, string pair, int least, int most)
    {
        var parts = pair.Split([" | ", " + "], StringSplitOptions.None);
        var left = parts[0].Split(' ');
        var words = left.Append(parts[1]).Select(text => new CueWord(text, false, 0, 0, 0)).ToArray();
        Assert.InRange(Grammar.For(language).PartingCosts(words)[left.Length - 1], least, most);
    }
}
