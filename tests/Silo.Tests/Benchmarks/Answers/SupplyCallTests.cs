using Ax2.Benchmarks.Answers;
using Xunit;

namespace Ax2.Tests.Benchmarks.Answers;

public sealed class SupplyCallTests : IDisposable
{
    private readonly CancellationTokenSource _ended = new();
    private readonly SupplyCall<int> _call;
    private int _made;

    public SupplyCallTests() => _call = new SupplyCall<int>(
        "POST /uploads/{id}/complete", "200|202", new Supply<int>(() => Task.FromResult(++_made), _ended.Token),
        subject => new HttpRequestMessage(HttpMethod.Post, $"/uploads/{subject}/complete"))
    {
        IsUnderWay = answer => answer.Status == 202,
    };

    [Fact]
    public async Task Conclude_AnswerThatIsUnderWay_SameIsAskedForAgainAndIsNoRepeat()
    {
        Assert.Equal("/uploads/1/complete", await NextAsync());
        Conclude(new Answer(202));

        Assert.Equal("/uploads/1/complete", await NextAsync());
        Assert.False(_call.IsRepeated);
    }

    [Fact]
    public async Task Conclude_FinalAnswer_NextHasAnObjectOfItsOwn()
    {
        await NextAsync();
        Conclude(new Answer(202));
        await NextAsync();
        Conclude(new Answer(200));

        Assert.Equal("/uploads/2/complete", await NextAsync());
        Assert.False(_call.IsRepeated);
    }

    [Fact]
    public async Task Conclude_TurnedAway_SameIsAskedForAgainAsARepeat()
    {
        await NextAsync();
        Conclude(new Answer(503, "service_unavailable", HasRetryAfter: true));

        Assert.Equal("/uploads/1/complete", await NextAsync());
        Assert.True(_call.IsRepeated);
    }

    [Fact]
    public async Task Conclude_UnderWayAfterATryWithoutAnswer_StaysARepeat()
    {
        await NextAsync();
        Conclude(null);
        await NextAsync();
        Conclude(new Answer(202));
        await NextAsync();

        Assert.True(_call.IsRepeated);
    }

    public void Dispose()
    {
        _ended.Cancel();
        _ended.Dispose();
    }

    private async Task<string> NextAsync()
    {
        using var request = await _call.NextAsync(TestContext.Current.CancellationToken);
        return request.RequestUri!.OriginalString;
    }

    private void Conclude(Answer? answer) => _call.Conclude(
        new Exchange(
            DateTimeOffset.UnixEpoch, TimeSpan.FromSeconds(1), answer,
            answer is null ? Failure.CutOff : Failure.None),
        new Judgement(AnswerFaults.None));
}
