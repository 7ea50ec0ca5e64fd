using Xunit;

namespace Ax2.Captions;

public sealed class CueRulesTests
{
    [Theory]
    [InlineData("en", 42, 20)]
    [InlineData("en-US", 42, 20)]
    [InlineData("EN", 42, 20)]
    [InlineData("ko", 16, 12)]
    [InlineData("ko-KR", 16, 12)]
    [InlineData("fr", 42, 17)]
    public void For_Language_ItsProfile(string language, int charsPerLine, int charsPerSecond)
    {
        var rules = CueRules.For(language);
        Assert.Equal((charsPerLine, charsPerSecond), (rules.MaxCharsPerLine, rules.MaxCharsPerSecond));
        Assert.Equal((2, 833, 7_000, 83, 500, 500), (rules.MaxLines, rules.MinDurationMs, rules.MaxDurationMs,
            rules.MinGapMs, rules.CloseGapsBelowMs, rules.MaxLingerMs));
    }

    [Fact]
    public void Build_ImpossibleRules_Throws()
    {
        AssertRefused(CueRules.NetflixEnglish with { MaxCharsPerLine = 0 });
        AssertRefused(CueRules.NetflixEnglish with { MaxLines = 0 });
        AssertRefused(CueRules.NetflixEnglish with { MaxCharsPerSecond = 0 });
        AssertRefused(CueRules.NetflixEnglish with { MinDurationMs = 0 });
        AssertRefused(CueRules.NetflixEnglish with { MaxDurationMs = 832 });
        AssertRefused(CueRules.NetflixEnglish with { MinGapMs = -1 });
        AssertRefused(CueRules.NetflixEnglish with { LongPauseMs = 0 });
    }

    private static void AssertRefused(CueRules rules) =>
        Assert.Throws<ArgumentOutOfRangeException>(() => CueBuilder.Build([], rules, 1_000));
}
