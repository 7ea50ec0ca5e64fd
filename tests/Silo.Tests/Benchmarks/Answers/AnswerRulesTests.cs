using Ax2.Benchmarks.Answers;
using Xunit;

namespace Ax2.Tests.Benchmarks.Answers;

public sealed class AnswerRulesTests
{
    private static readonly Expected Expected = new(["200"], ["404"], ["401 challenge_over"]);
    private static readonly Answer TurnedAway = new(503, "service_unavailable", HasRetryAfter: true);

    [Fact]
    public void Judge_RightAnswerInTime_FindsNothing() =>
        Assert.Equal(new Judgement(AnswerFaults.None, IsRight: true), Judge(new Answer(200)));

    [Theory]
    [InlineData(503, "service_unavailable", true, true)]
    [InlineData(503, "service_unavailable", false, false)]
    [InlineData(503, null, true, false)]
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
    [InlineData(true)]
    [InlineData(false)]
    public void Judge_507_IsRightForAFullDiskAlone(bool isDiskFull) => Assert.Equal(
        isDiskFull ? AnswerFaults.None : AnswerFaults.WrongCode,
        Judge(new Answer(507, "storage_full"), new Circumstances(IsDiskFull: isDiskFull)).Faults);

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
    [InlineData("challenge_over", true)]
    [InlineData("not_signed_in", false)]
    public void Judge_WhatASiloMayForget_IsRightWithItsCodeAlone(string code, bool isRight) =>
        Assert.Equal(isRight, Judge(new Answer(401, code)).IsRight);

    [Fact]
    public void Judge_RefusedConnection_IsNoFaultOfAService() =>
        Assert.Equal(new Judgement(AnswerFaults.None, IsAway: true), Fail(Failure.Refused));

    [Theory]
    [InlineData(true, 3, true)]
    [InlineData(true, 11, false)]
    [InlineData(false, 3, false)]
    public void Judge_ConnectionThatEnds_IsNoFaultWhenTheProcessEndedWithIt(
        bool apiDied, double seconds, bool isAway) =>
        Assert.Equal(isAway, Fail(Failure.CutOff, new Circumstances(ApiDied: apiDied), seconds).IsAway);

    [Fact]
    public void Judge_Silence_IsNoAnswer() =>
        Assert.Equal(AnswerFaults.WithoutAnswer, Fail(Failure.Silent, seconds: 30).Faults);

    private static Judgement Judge(Answer answer, Circumstances? circumstances = null, double seconds = 1) =>
        AnswerRules.Judge(
            new Exchange(DateTimeOffset.UnixEpoch, TimeSpan.FromSeconds(seconds), answer), Expected,
            circumstances ?? new Circumstances());

    private static Judgement Fail(Failure failure, Circumstances? circumstances = null, double seconds = 1) =>
        AnswerRules.Judge(
            new Exchange(DateTimeOffset.UnixEpoch, TimeSpan.FromSeconds(seconds), null, failure), Expected,
            circumstances ?? new Circumstances());
}
