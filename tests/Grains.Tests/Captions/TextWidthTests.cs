using Xunit;

namespace Ax2.Captions;

public sealed class TextWidthTests
{
    [Theory]
    [InlineData("", 0)]
    [InlineData("Hello, world", 12)]
    [InlineData("커피 한 잔", 6)]
    [InlineData("e\u0301", 1)] // e and a combining acute
    [InlineData("👩‍👩‍👧‍👦", 1)] // a family of seven code points
    [InlineData("🇰🇷", 1)]
    [InlineData("\u1112\u1161\u11AB", 1)] // 한 in its three letters
    [InlineData("a\u0301b\u0302", 2)]
    public void HalfChars_Equal_EachGraphemeIsOne(string text, int chars) =>
        Assert.Equal(chars * 2, TextWidth.HalfChars(text, CharacterWeights.Equal));

    [Theory]
    [InlineData("커피", 2)]
    [InlineData("커피 한 잔", 5)]
    [InlineData("안녕하세요, 여러분.", 9.5)]
    [InlineData("ABC 123", 3.5)]
    [InlineData("…?!", 1.5)]
    [InlineData("\u1112\u1161\u11AB", 1)]
    [InlineData("ㅋㅋ", 2)]
    [InlineData("漢字", 2)]
    [InlineData("「」", 1)]
    [InlineData("🎬", 1)]
    [InlineData("é", 0.5)]
    [InlineData("pandas 라이브러리", 8.5)]
    public void HalfChars_HalfLatin_WideLettersAreOneAndTheRestHalf(string text, double chars) =>
        Assert.Equal((int)(chars * 2), TextWidth.HalfChars(text, CharacterWeights.HalfLatin));

    [Fact]
    public void FittingLength_WideGrapheme_IsNeverCut()
    {
        const string Family = "👩‍👩‍👧‍👦";
        Assert.Equal(Family.Length, TextWidth.FittingLength(Family + "a", 1, CharacterWeights.Equal));
        Assert.Equal(2, TextWidth.FittingLength("커피숍", 5, CharacterWeights.HalfLatin));
    }
}
