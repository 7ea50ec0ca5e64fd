using Ax2.Benchmarks.Answers;
using Xunit;

namespace Ax2.Tests.Benchmarks.Answers;

public sealed class AnswerRulesTests
{
    private static readonly Expected Expected = new(["200"], ["404"], ["401 challenge_over"], ["503"]);
    private static readonly Expected Plain = new(["200"], [], [], []);
    private static readonly Answer TurnedAway = new(503, "service_unavailable", HasRetryAfter: true);

    [Fact]
    public void Judge_RightAnswerInTime_FindsNothing() =>
        Assert.Equal(new Judgement(AnswerFaults.None, IsRight: true), Judge(new Answer(200)));

    [Theory]
    [InlineData(503, "service_unavailable", true, true)]
    [InlineData(503, "service_unavailable", false, false)]
    [InlineData(503, null, true, false)]
    [InlineData(503, "internal_error", true, false)]
    [InlineData(503, "rate_limited", true, false)]
    [InlineData(503, "storage_unavailable", true, true)]
    [InlineData(503, "service_busy", true, true)]
    [InlineData(429, "service_busy", true, false)]
    [InlineData(429, "account_busy", true, false)]
    [InlineData(429, "rate_limited", true, true)]
    [InlineData(429, "rate_limited", false, false)]
    [InlineData(502, "service_unavailable", true, false)]
    [InlineData(404, "not_found", true, false)]
    [InlineData(401, "not_signed_in", true, false)]
    [InlineData(400, "request_malformed", true, false)]
    public void Judge_AnotherStatus_IsRightOnlyWhenItSaysToComeAgain(
        int status, string? code, bool hasRetryAfter, bool turnsAway)
    {
        var judged = Judge(new Answer(status, code, hasRetryAfter));

        Assert.Equal(turnsAway ? AnswerFaults.None : AnswerFaults.WrongCode, judged.Faults);
        Assert.Equal(turnsAway, judged.IsTurnedAway);
    }

    [Theory]
    [InlineData("storage_full", true, true, true)]
    [InlineData("storage_full", false, true, false)]
    [InlineData("storage_full", true, false, false)]
    [InlineData("storage_unavailable", true, true, false)]
    public void Judge_507_TurnsAwayForAFullDiskAloneWithItsCodeAndRetryAfter(
        string code, bool hasRetryAfter, bool isDiskFull, bool turnsAway) => Assert.Equal(
            turnsAway ? AnswerFaults.None : AnswerFaults.WrongCode,
            Judge(new Answer(507, code, hasRetryAfter), new Circumstances(IsDiskFull: isDiskFull)).Faults);

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Judge_TurnedAway_IsWrongAfterTheRecovery(bool isRecovered) => Assert.Equal(
        isRecovered ? AnswerFaults.WrongCode : AnswerFaults.None,
        AnswerRules.Judge(
            Exchanged(TurnedAway, 1), Plain, new Circumstances(HasBegun: true, IsRecovered: isRecovered)).Faults);

    [Theory]
    [InlineData(false, false, false)]
    [InlineData(true, false, true)]
    [InlineData(true, true, false)]
    public void Judge_WhatIsRightWhileBroken_IsRightUntilTheRecovery(
        bool hasBegun, bool isRecovered, bool isRight) => Assert.Equal(
            isRight,
            AnswerRules.Judge(
                Exchanged(new Answer(503), 1), Expected,
                new Circumstances(HasBegun: hasBegun, IsRecovered: isRecovered)).IsRight);

    [Fact]
    public void Judge_500_IsCountedWhateverItsCode() =>
        Assert.Equal(AnswerFaults.Status500, Judge(new Answer(500, "internal_error", HasRetryAfter: true)).Faults);

    [Fact]
    public void Judge_WrongAnswerTooLate_IsBoth() => Assert.Equal(
        AnswerFaults.WithoutAnswer | AnswerFaults.Status500,
        Judge(new Answer(500, "internal_error"), seconds: 11).Faults);

    [Fact]
    public void Judge_RightAnswerTooLate_IsNoAnswer() =>
        Assert.Equal(AnswerFaults.WithoutAnswer, Judge(TurnedAway, seconds: 10.1).Faults);

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Judge_WhatARepeatMayFind_IsRightForARepeatAlone(bool isRepeated) => Assert.Equal(
        isRepeated ? AnswerFaults.None : AnswerFaults.WrongCode,
        Judge(new Answer(404, "upload_unknown"), new Circumstances(IsRepeated: isRepeated)).Faults);

    [Theory]
    [InlineData("challenge_over", true, true)]
    [InlineData("challenge_over", false, false)]
    [InlineData("not_signed_in", true, false)]
    public void Judge_WhatASiloMayForget_IsRightWithItsCodeOnceTheFaultBegan(
        string code, bool hasBegun, bool isRight) => Assert.Equal(
            isRight, Judge(new Answer(401, code), new Circumstances(HasBegun: hasBegun)).IsRight);

    [Theory]
    [InlineData(true, false, true)]
    [InlineData(true, true, false)]
    [InlineData(false, false, false)]
    public void Judge_RefusedConnection_IsNoFaultOfAnApiThatIsKilled(
        bool apiIsKilled, bool isRecovered, bool isAway) => Assert.Equal(
            isAway
                ? new Judgement(AnswerFaults.None, IsAway: true)
                : new Judgement(AnswerFaults.WithoutAnswer),
            Fail(Failure.Refused, new Circumstances(IsRecovered: isRecovered, ApiIsKilled: apiIsKilled)));

    [Theory]
    [InlineData(true, true, 3, true)]
    [InlineData(true, true, 11, false)]
    [InlineData(true, false, 3, false)]
    [InlineData(false, true, 3, false)]
    public void Judge_ConnectionThatEnds_IsNoFaultWhenTheKilledProcessEndedWithIt(
        bool apiIsKilled, bool apiDied, double seconds, bool isAway)
    {
        var judged = Fail(Failure.CutOff, new Circumstances(ApiIsKilled: apiIsKilled, ApiDied: apiDied), seconds);

        Assert.Equal(isAway, judged.IsAway);
        Assert.Equal(isAway ? AnswerFaults.None : AnswerFaults.WithoutAnswer, judged.Faults);
    }

    [Fact]
    public void Judge_Silence_IsNoAnswer() =>
        Assert.Equal(AnswerFaults.WithoutAnswer, Fail(Failure.Silent, seconds: 30).Faults);

    private static Judgement Judge(Answer answer, Circumstances? circumstances = null, double seconds = 1) =>
        AnswerRules.Judge(Exchanged(answer, seconds), Expected, circumstances ?? new Circumstances());

    private static Exchange Exchanged(Answer answer, double seconds) =>
        new(DateTimeOffset.UnixEpoch, TimeSpan.FromSeconds(seconds), answer);

    private static Judgement Fail(Failure failure, Circumstances? circumstances = null, double seconds = 1) =>
        AnswerRules.Judge(
            new Exchange(DateTimeOffset.UnixEpoch, TimeSpan.FromSeconds(seconds), null, failure), Expected,
            circumstances ?? new Circumstances());
}
