using System.Collections.Immutable;
using Xunit;

namespace Ax2.Captions;

public sealed class CueCheckerTests
{
    private const long MediaMs = 60_000;

    [Fact]
    public void Check_CuesWithinAllRules_Nothing()
    {
        Cue[] cues =
        [
            new(1_000, 3_000, ["I lead the coastal research team"]),
            new(3_083, 5_583, ["at the University of Bristol,", "which is in England."]),
            new(6_083, 6_916, ["Good."]),
        ];
        Assert.Empty(CueChecker.Check([.. cues], CueRules.NetflixEnglish, MediaMs));
    }

    public static TheoryData<string, Cue> BrokenCues => new()
    {
        { CueRuleIds.DurationNotPositive, new Cue(1_000, 1_000, ["Hi"]) },
        { CueRuleIds.DurationTooShort, new Cue(1_000, 1_832, ["Hi"]) },
        { CueRuleIds.DurationTooLong, new Cue(1_000, 8_001, ["Hi"]) },
        { CueRuleIds.ReadingTooFast, new Cue(1_000, 1_999, ["Twenty characters ok"]) },
        { CueRuleIds.LineTooLong, new Cue(1_000, 4_000, [new string('a', 43)]) },
        { CueRuleIds.TooManyLines, new Cue(1_000, 7_000, [new string('a', 21), new string('b', 21), "c"]) },
        { CueRuleIds.LineBreakNeedless, new Cue(1_000, 4_000, ["Thank", "you"]) },
        { CueRuleIds.TextEmpty, new Cue(1_000, 4_000, [" "]) },
        { CueRuleIds.TextEmpty, new Cue(1_000, 4_000, []) },
        { CueRuleIds.AfterMediaEnd, new Cue(59_000, 60_001, ["Hi"]) },
    };

    [Theory]
    [MemberData(nameof(BrokenCues))]
    public void Check_OneRuleBroken_ThatRuleAlone(string ruleId, Cue cue)
    {
        var violation = Assert.Single(CueChecker.Check([cue], CueRules.NetflixEnglish, MediaMs));
        Assert.Equal((ruleId, 0), (violation.RuleId, violation.CueIndex));
    }

    [Theory]
    [InlineData(2_083, null)]
    [InlineData(2_500, null)]
    [InlineData(2_082, CueRuleIds.GapTooShort)]
    [InlineData(1_900, CueRuleIds.GapTooShort)]
    [InlineData(2_084, CueRuleIds.GapNotClosed)]
    [InlineData(2_499, CueRuleIds.GapNotClosed)]
    public void Check_Gap_IsTwoFramesOrHalfASecond(long nextStartMs, string? ruleId)
    {
        ImmutableArray<Cue> cues = [new(1_000, 2_000, ["One"]), new(nextStartMs, nextStartMs + 1_000, ["Two"])];
        var found = CueChecker.Check(cues, CueRules.NetflixEnglish, MediaMs);
        Assert.Equal(ruleId is null ? [] : [ruleId], found.Select(violation => violation.RuleId));
    }

    [Fact]
    public void Check_OutOfOrder_IsTold()
    {
        ImmutableArray<Cue> cues = [new(5_000, 6_000, ["One"]), new(1_000, 2_000, ["Two"])];
        var found = CueChecker.Check(cues, CueRules.NetflixEnglish, MediaMs);
        Assert.Contains(new CueViolation(CueRuleIds.OutOfOrder, 0, 1_000, 5_000), found);
    }

    [Fact]
    public void Check_DialogueOnTwoLines_IsNoNeedlessBreak() =>
        Assert.Empty(CueChecker.Check([new(1_000, 3_000, ["- 뭔데?", "- 아니야."])], CueRules.NetflixKorean, MediaMs));

    [Fact]
    public void Check_KoreanFigures_AreWeighted()
    {
        ImmutableArray<Cue> cues = [new(0, 1_200, ["여기서 중요한 것은 파일 경로야 AB"])];
        Assert.Equal(
            [new(CueRuleIds.LineTooLong, 0, 16.5m, 16), new(CueRuleIds.ReadingTooFast, 0, 13.75m, 12)],
            CueChecker.Check(cues, CueRules.NetflixKorean, MediaMs));
    }
}
