using Ax2.Benchmarks.Answers;
using Xunit;

namespace Ax2.Tests.Benchmarks.Answers;

public sealed class CallLogTests
{
    private const string Route = "POST /uploads/{id}/complete";

    [Theory]
    [InlineData(8, 1, false)]
    [InlineData(8, 3, true)]
    [InlineData(12, 1, true)]
    [InlineData(19, 9, true)]
    [InlineData(21, 1, false)]
    public void NotCalled_CallBesideTheFault_CountsOnlyWhenItOverlaps(int sentAt, int seconds, bool isCalled)
    {
        var log = new CallLog();
        log.Add(Record(sentAt, seconds, new Answer(200)));

        Assert.Equal(isCalled ? [] : [Route], log.NotCalled([Route], At(10), At(20)));
    }

    [Theory]
    [InlineData(200, true)]
    [InlineData(202, false)]
    [InlineData(503, false)]
    public void WithoutRightAnswer_AnswerThatIsNotFinal_IsNone(int status, bool isAnswered)
    {
        var log = new CallLog();
        log.Add(Record(21, 1, new Answer(status)));

        Assert.Equal(isAnswered ? [] : [Route], log.WithoutRightAnswer([Route], At(20), new Circumstances()));
    }

    private static CallRecord Record(int sentAt, int seconds, Answer answer) => new(
        new PlainCall(Route, "200|202", () => new HttpRequestMessage()) { IsUnderWay = it => it.Status == 202 },
        new Exchange(At(sentAt), TimeSpan.FromSeconds(seconds), answer), IsRepeated: false, Fault: null);

    private static DateTimeOffset At(int second) => DateTimeOffset.UnixEpoch.AddSeconds(second);
}
