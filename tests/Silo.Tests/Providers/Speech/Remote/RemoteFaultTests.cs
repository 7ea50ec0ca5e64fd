using System.Net;
using System.Text;
using Ax2.Captions.Speech;
using Ax2.TestKit.Speech;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Time.Testing;
using Xunit;

namespace Ax2.Tests.Providers.Speech.Remote;

public sealed class RemoteFaultTests : IAsyncLifetime
{
    private const string Key = "sk-0123456789abcdef";

    private static readonly DateTimeOffset Now = new(2026, 3, 1, 12, 0, 0, TimeSpan.Zero);
    private static readonly TimeSpan StopTime = TimeSpan.FromSeconds(2);

    private readonly FakeTimeProvider _time = new(Now);
    private SpeechServer _server = null!;

    public async ValueTask InitializeAsync() => _server = await SpeechServer.StartAsync();

    public ValueTask DisposeAsync() => _server.DisposeAsync();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(307, SpeechFault.Permanent)]
    [InlineData(400, SpeechFault.Permanent)]
    [InlineData(401, SpeechFault.Permanent)]
    [InlineData(403, SpeechFault.Permanent)]
    [InlineData(404, SpeechFault.Permanent)]
    [InlineData(408, SpeechFault.Transient)]
    [InlineData(409, SpeechFault.Transient)]
    [InlineData(413, SpeechFault.Permanent)]
    [InlineData(415, SpeechFault.Permanent)]
    [InlineData(422, SpeechFault.Permanent)]
    [InlineData(429, SpeechFault.Throttled)]
    [InlineData(500, SpeechFault.Transient)]
    [InlineData(502, SpeechFault.Transient)]
    [InlineData(503, SpeechFault.Transient)]
    [InlineData(504, SpeechFault.Transient)]
    public async Task Recognize_Status_HasItsKindAndIsNotTriedAgain(int status, SpeechFault kind)
    {
        _server.AnswerStatus(status, """{"error": {"message": "no", "code": "model_not_found"}}""");

        var failure = await FailAsync();

        Assert.Equal((kind, null), (failure.Kind, failure.RetryAfter));
        Assert.Contains($"HTTP {status} (model_not_found)", failure.Message, StringComparison.Ordinal);
        Assert.Single(_server.Calls);
    }

    [Theory]
    [InlineData("7", 7)]
    [InlineData("0", 0)]
    [InlineData("Sun, 01 Mar 2026 12:02:00 GMT", 120)]
    [InlineData("Sun, 01 Mar 2026 11:59:00 GMT", 0)]
    [InlineData("soon", null)]
    [InlineData("-5", null)]
    [InlineData("99999999999999", null)]
    public async Task Recognize_Throttled_TellsHowLongToWait(string retryAfter, int? seconds)
    {
        _server.AnswerStatus(429, retryAfter: retryAfter);

        var failure = await FailAsync();

        Assert.Equal(SpeechFault.Throttled, failure.Kind);
        Assert.Equal(seconds is { } s ? TimeSpan.FromSeconds(s) : null, failure.RetryAfter);
    }

    [Theory]
    [InlineData("")]
    [InlineData("<html>Bad gateway</html>")]
    [InlineData("""{"text": "cut of""")]
    [InlineData("null")]
    [InlineData("[]")]
    [InlineData("{}")]
    [InlineData("""{"text": "secret \ud800 words"}""")]
    [InlineData("""{"text": "secret words", "segments": "secret words"}""")]
    [InlineData("""{"segments": [{"text": "secret words"}]}""")]
    [InlineData("""{"segments": [{"text": "secret words", "start": 1e999, "end": 1e999}]}""")]
    [InlineData("""{"segments": [{"text": "secret words", "start": 4000000000, "end": 9000000000}]}""")]
    public async Task Recognize_MalformedAnswer_IsTransientAndNotQuoted(string body)
    {
        _server.AnswerStatus(200, body);

        var failure = await FailAsync();

        Assert.Equal(SpeechFault.Transient, failure.Kind);
        Assert.DoesNotContain("secret", failure.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Recognize_TextWithoutTimes_IsPermanent()
    {
        _server.AnswerStatus(200, """{"text": "Some words.", "usage": {"type": "tokens"}}""");

        Assert.Equal(SpeechFault.Permanent, (await FailAsync()).Kind);
    }

    [Fact]
    public async Task Recognize_EndlessAnswer_IsBrokenOffAtTheLimit()
    {
        var broken = new TaskCompletionSource();
        _server.Answer = async (_, context) =>
        {
            var block = Encoding.UTF8.GetBytes(new string(' ', 4096));
            try
            {
                while (true)
                {
                    await context.Response.Body.WriteAsync(block, context.RequestAborted);
                }
            }
            catch (OperationCanceledException)
            {
                broken.SetResult();
            }
        };

        var failure = await FailAsync(("MaxAnswerBytes", "65536"));

        Assert.Equal(SpeechFault.Transient, failure.Kind);
        await broken.Task.WaitAsync(Token);
    }

    [Fact]
    public async Task Recognize_ConnectionLost_IsTransient()
    {
        _server.Answer = (_, context) =>
        {
            context.Abort();
            return Task.CompletedTask;
        };

        Assert.Equal(SpeechFault.Transient, (await FailAsync()).Kind);
    }

    [Fact]
    public async Task Recognize_NobodyListens_IsTransient()
    {
        var endpoint = _server.Endpoint;
        await _server.DisposeAsync();
        using var engine = new RemoteEngine(endpoint, _time);

        Assert.Equal(SpeechFault.Transient, (await FailAsync(engine)).Kind);
    }

    [Fact]
    public async Task Recognize_NoAnswerInTime_IsTransientAndHangsUp()
    {
        var hungUp = HoldCalls(out var called);
        using var engine = new RemoteEngine(_server.Endpoint, _time, ("Timeout", "00:00:30"));
        var running = FailAsync(engine);
        await called.WaitAsync(Token);

        _time.Advance(TimeSpan.FromSeconds(30));

        Assert.Equal(SpeechFault.Transient, (await running).Kind);
        await hungUp.WaitAsync(Token);
    }

    [Fact]
    public async Task Recognize_CancelledWhileTheServerThinks_StopsSoonAndHangsUp()
    {
        using var stop = new CancellationTokenSource();
        var hungUp = HoldCalls(out var called);
        using var engine = new RemoteEngine(_server.Endpoint, _time, ("MaxConcurrentRequests", "1"));
        var running = Recognition.Start(engine.Recognizer, Audio(), null, stop.Token).GetAsyncEnumerator(Token);
        var next = running.MoveNextAsync().AsTask();
        await called.WaitAsync(Token);
        var waiting = Recognition.Start(engine.Recognizer, Audio(), null, stop.Token).GetAsyncEnumerator(Token);
        var inLine = waiting.MoveNextAsync().AsTask();

        await stop.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => next.WaitAsync(StopTime, Token));
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => inLine.WaitAsync(StopTime, Token));
        await hungUp.WaitAsync(Token);
    }

    [Fact]
    public async Task Recognize_Redirect_TakesNeitherAudioNorKeyElsewhere()
    {
        await using var other = await SpeechServer.StartAsync();
        _server.Answer = (_, context) =>
        {
            context.Response.StatusCode = (int)HttpStatusCode.TemporaryRedirect;
            context.Response.Headers.Location = other.Endpoint + "/v1/audio/transcriptions";
            return Task.CompletedTask;
        };

        Assert.Equal(SpeechFault.Permanent, (await FailAsync()).Kind);
        Assert.Empty(other.Calls);
    }

    [Theory]
    [InlineData(401)]
    [InlineData(403)]
    [InlineData(400)]
    [InlineData(429)]
    [InlineData(500)]
    [InlineData(200)]
    public async Task Recognize_AnyFault_LeaksTheKeyNowhere(int status)
    {
        using var file = new KeyFile(Key + "\n");
        var body = $$"""{"error": {"message": "Incorrect key: {{Key}}", "code": "{{Key}}", "type": "{{Key}}"} """;
        _server.AnswerStatus(status, body + (status == 200 ? "" : "}"), retryAfter: Key);
        using var engine = new RemoteEngine(_server.Endpoint, _time, ("ApiKeyFile", file.Path));

        var failure = await FailAsync(engine);

        Assert.Equal("Bearer " + Key, _server.Calls.Single().Headers.Authorization.ToString());
        Assert.DoesNotContain(Key, failure.ToString(), StringComparison.Ordinal);
        Assert.All(engine.Log, entry => Assert.DoesNotContain(Key, entry, StringComparison.Ordinal));
        Assert.Equal(
            status is 401 or 403,
            engine.Log.Any(entry => entry.StartsWith("Error 2400 ", StringComparison.Ordinal)
                && entry.Contains("Speech:Remote:ApiKeyFile", StringComparison.Ordinal)));
    }

    private async Task<SpeechException> FailAsync(params (string Key, string Value)[] settings)
    {
        using var engine = new RemoteEngine(_server.Endpoint, _time, settings);
        return await FailAsync(engine);
    }

    private static Task<SpeechException> FailAsync(RemoteEngine engine) =>
        Assert.ThrowsAsync<SpeechException>(() => Recognition.OfAsync(engine.Recognizer, Audio()));

    private static MemoryStream Audio() => new(RemoteSpeechRecognizerTests.Bursts(2000, (0, 2000)));

    /// <summary>The server takes calls and is silent, until the caller hangs up.</summary>
    private Task HoldCalls(out Task called)
    {
        var (taken, hungUp) = (new TaskCompletionSource(), new TaskCompletionSource());
        _server.Answer = async (_, context) =>
        {
            context.RequestAborted.Register(() => hungUp.TrySetResult());
            taken.TrySetResult();
            await hungUp.Task;
        };
        called = taken.Task;
        return hungUp.Task;
    }
}
