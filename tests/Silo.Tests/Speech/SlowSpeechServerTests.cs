using System.Net;
using System.Text.Json;
using Ax2.TestKit.Speech;
using Xunit;

namespace Ax2.Tests.Speech;

/// <summary>The server that fault runs and benchmarks measure against must itself be right.</summary>
public sealed class SlowSpeechServerTests : IAsyncLifetime
{
    private const double Speed = 1000;
    private readonly HttpClient _http = new();
    private SlowSpeechServer? _server;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    private SlowSpeechServer Server => _server!;

    public async ValueTask InitializeAsync() => _server = await SlowSpeechServer.StartAsync(Speed, Cancellation);

    public async ValueTask DisposeAsync()
    {
        _http.Dispose();
        await Server.DisposeAsync();
    }

    [Fact]
    public async Task Answer_TonesOfAMinute_AreItsWordsInOrderAndTheSameEachTime()
    {
        var samples = SyntheticSpeech.Make(60, seed: 1);

        var (first, second) = (await AskAsync("a", samples), await AskAsync("b", samples));

        var words = first.GetProperty("words").EnumerateArray().ToList();
        Assert.InRange(words.Count, 80, 200);
        Assert.True(words.Select(word => word.GetProperty("word").GetString()).Distinct().Count() > 30);
        Assert.Equal(first.ToString(), second.ToString());
        Assert.All(Server.Calls, call => Assert.NotNull(call.AnsweredAt));
    }

    [Fact]
    public void Hear_TwoHalvesCutInSilence_AreTheWordsOfTheWhole()
    {
        var samples = SyntheticSpeech.Make(30, seed: 2);
        var whole = SyntheticSpeech.Recognise(samples);
        var cut = (int)((whole[20].EndMs + whole[21].StartMs) / 2) * 16;

        var halves = SyntheticSpeech.Recognise(samples.AsSpan(0, cut))
            .Concat(SyntheticSpeech.Recognise(samples.AsSpan(cut)));

        Assert.Equal(whole.Select(word => word.Text), halves.Select(word => word.Text));
    }

    [Fact]
    public async Task Script_Throttled_SaysWhenToComeAgainAndCountsAsUnanswered()
    {
        Server.Script = _ => SpeechReply.Throttled(7);

        using var answer = await SendAsync("a", SyntheticSpeech.Make(1, seed: 3));

        Assert.Equal(HttpStatusCode.TooManyRequests, answer.StatusCode);
        Assert.Equal(TimeSpan.FromSeconds(7), answer.Headers.RetryAfter!.Delta);
        Assert.Null(Assert.Single(Server.Calls).AnsweredAt);
    }

    private async Task<JsonElement> AskAsync(string key, short[] samples)
    {
        using var answer = await SendAsync(key, samples);
        answer.EnsureSuccessStatusCode();
        return JsonDocument.Parse(await answer.Content.ReadAsStringAsync(Cancellation)).RootElement;
    }

    private async Task<HttpResponseMessage> SendAsync(string key, short[] samples)
    {
        var path = Path.GetTempFileName();
        await SyntheticSpeech.WriteWavAsync(path, samples, Cancellation);
        using var form = new MultipartFormDataContent
        {
            { new ByteArrayContent(await File.ReadAllBytesAsync(path, Cancellation)), "file", "audio.wav" },
        };
        File.Delete(path);
        using var request = new HttpRequestMessage(HttpMethod.Post, new Uri(Server.Origin, "v1/audio/transcriptions"))
        {
            Content = form,
        };
        request.Headers.Add("Idempotency-Key", key);
        return await _http.SendAsync(request, Cancellation);
    }
}
