using Microsoft.Extensions.Time.Testing;
using Xunit;

namespace Ax2.Http;

public sealed class AnswerCacheTests : IDisposable
{
    private static readonly TimeSpan _life = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan _timeout = TimeSpan.FromSeconds(30);
    private readonly FakeTimeProvider _time = new(new DateTimeOffset(2030, 1, 1, 0, 0, 0, TimeSpan.Zero));
    private readonly AnswerCache<string, string> _cache;
    private int _questions;

    public AnswerCacheTests() => _cache = new AnswerCache<string, string>(_life, _time, answer => answer != "invalid");

    public void Dispose() => _cache.Dispose();

    [Fact]
    public async Task Get_WithinItsLife_AsksOnce()
    {
        Assert.Equal("a", await Get("a"));
        _time.Advance(_life - TimeSpan.FromTicks(1));
        Assert.Equal("a", await Get("a"));
        Assert.Equal(1, _questions);

        _time.Advance(TimeSpan.FromTicks(1));
        Assert.Equal("a", await Get("a"));
        Assert.Equal(2, _questions);
    }

    /// <summary>The life begins before the question.</summary>
    [Fact]
    public async Task Get_AnswerThatTookLong_IsKeptForTheRestOfItsLife()
    {
        await Get("a", () => _time.Advance(_life - TimeSpan.FromSeconds(1)));
        _time.Advance(TimeSpan.FromSeconds(1));

        await Get("a");

        Assert.Equal(2, _questions);
    }

    [Theory]
    [InlineData(null)]
    [InlineData("invalid")]
    public async Task Get_AnswerThatIsNotKept_IsAskedForAgain(string? answer)
    {
        Assert.Equal(answer, await _cache.Get("key", _ => Task.FromResult(answer)));

        Assert.Equal("key", await Get("key"));
    }

    [Fact]
    public async Task Get_Fault_ReachesAllWhoWaitAndIsNotKept()
    {
        var answer = new TaskCompletionSource<string?>();
        var waiting = Enumerable.Range(0, 3).Select(_ => _cache.Get("key", _ => answer.Task).AsTask()).ToList();
        answer.SetException(new TimeoutException());

        foreach (var task in waiting)
        {
            await Assert.ThrowsAsync<TimeoutException>(() => task);
        }

        Assert.Equal("key", await Get("key"));
    }

    [Fact]
    public async Task Get_QuestionThatThrowsAtOnce_IsNotKept()
    {
        await Assert.ThrowsAsync<TimeoutException>(
            () => _cache.Get("key", _ => throw new TimeoutException()).AsTask());

        Assert.Equal("key", await Get("key"));
    }

    [Fact]
    public async Task Get_ManyAtOnce_ShareOneQuestion()
    {
        var answer = new TaskCompletionSource<string?>(TaskCreationOptions.RunContinuationsAsynchronously);
        var waiting = Enumerable.Range(0, 100).Select(_ => Task.Run(() => _cache.Get("key", _ =>
        {
            Interlocked.Increment(ref _questions);
            return answer.Task;
        }).AsTask())).ToList();
        answer.SetResult("answer");

        Assert.All(await Task.WhenAll(waiting), one => Assert.Equal("answer", one));
        Assert.Equal(1, _questions);
    }

    [Fact]
    public async Task Remove_BesideAQuestion_ItsAnswerIsNotKept()
    {
        var answer = new TaskCompletionSource<string?>();
        var old = _cache.Get("key", _ => answer.Task);
        _cache.Remove("key");
        answer.SetResult("old");

        Assert.Equal("old", await old);
        Assert.Equal("key", await Get("key"));
        _cache.Remove("key");
        await Get("key");
        Assert.Equal(2, _questions);
    }

    [Fact]
    public async Task Get_AfterTheLifeOfOthers_ExpiredEntriesDoNotStay()
    {
        foreach (var key in Enumerable.Range(0, 100))
        {
            await Get($"key-{key}");
        }

        Assert.Equal(100, _cache.Count);
        _time.Advance(_life * 2);
        await Get("another");

        // The library drops them beside the call that noticed.
        Assert.True(SpinWait.SpinUntil(() => _cache.Count == 1, _timeout), $"{_cache.Count} entries stay.");
    }

    [Fact]
    public async Task Get_MadeUpKeys_StayUnderTheBound()
    {
        var most = 0;
        for (var key = 0; key < 200_000; key++)
        {
            await Get($"key-{key}");
            most = Math.Max(most, _cache.Count);
        }

        Assert.InRange(most, 1, AnswerCache<string, string>.MaxEntries);
    }

    private ValueTask<string?> Get(string key, Action? meanwhile = null) => _cache.Get(key, asked =>
    {
        _questions++;
        meanwhile?.Invoke();
        return Task.FromResult<string?>(asked);
    });
}
