using System.Collections.Immutable;
using System.Globalization;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text.Json.Nodes;
using Ax2.Captions.Speech;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Ax2.TestKit.Speech;

/// <summary>
/// A speech server with the OpenAI transcription interface that recognises <see cref="SyntheticSpeech"/> and takes its
/// time, as a remote one does: the wait follows the audio's length, and no processor is used meanwhile. It writes down
/// what it was asked and what became of it.
/// </summary>
public sealed class SlowSpeechServer : IAsyncDisposable
{
    private const int WavHeaderBytes = 44;
    private const int FormBytes = 128 << 20;

    /// <summary>A silence of this length ends a segment.</summary>
    private const long SegmentGapMs = 500;

    private readonly WebApplication _app;
    private readonly double _speed;
    private ImmutableList<SpeechCall> _calls = [];

    private SlowSpeechServer(WebApplication app, double speed) => (_app, _speed) = (app, speed);

    public Uri Origin => new(_app.Services.GetRequiredService<IServer>().Features
        .Get<IServerAddressesFeature>()!.Addresses.Single());

    /// <summary>Every request, in the order of their arrival.</summary>
    public IReadOnlyList<SpeechCall> Calls => _calls;

    /// <summary>What becomes of a request. Default: all are answered.</summary>
    public Func<SpeechCall, SpeechReply> Script { get; set; } = _ => SpeechReply.Words;

    /// <summary>What a silo must be told to use this engine, and no other.</summary>
    public IReadOnlyDictionary<string, string> Settings => new Dictionary<string, string>
    {
        ["Speech__Embedded__ModelFolder"] = "",
        ["Speech__Remote__Endpoint"] = Origin.ToString(),
        ["Speech__Remote__Model"] = "tones",
        ["Speech__Remote__Languages__0"] = "en",
        ["Speech__Remote__MaxConcurrentRequests"] = "0",
    };

    /// <param name="speed">Seconds of audio that are heard in a second. At least 1.</param>
    public static async Task<SlowSpeechServer> StartAsync(double speed, CancellationToken cancellationToken)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Limits.MaxRequestBodySize = FormBytes);
        builder.Services.Configure<FormOptions>(form =>
        {
            form.MultipartBodyLengthLimit = FormBytes;
            form.MemoryBufferThreshold = FormBytes;
        });
        var server = new SlowSpeechServer(builder.Build(), speed);
        server._app.MapPost("/v1/audio/transcriptions", server.TranscribeAsync);
        await server._app.StartAsync(cancellationToken);
        return server;
    }

    public async ValueTask DisposeAsync()
    {
        // Who still waits is cut off: the host would give him time.
        using var atOnce = new CancellationTokenSource();
        await atOnce.CancelAsync();
        await _app.StopAsync(atOnce.Token);
        await _app.DisposeAsync();
    }

    private async Task TranscribeAsync(HttpContext context)
    {
        var gone = context.RequestAborted;
        SpeechCall? call = null;
        try
        {
            var audio = await ReadAudioAsync(context, gone);
            call = new SpeechCall(
                context.Request.Headers["Idempotency-Key"].ToString(),
                Convert.ToHexStringLower(SHA256.HashData(audio)),
                (audio.Length - WavHeaderBytes) / PcmFormat.BytesPerMs,
                TimeProvider.System.GetUtcNow());
            ImmutableInterlocked.Update(ref _calls, calls => calls.Add(call));
            await ReplyAsync(context, call, audio, gone);
        }
        catch (OperationCanceledException) when (gone.IsCancellationRequested)
        {
            // Who asked went away: nothing was answered.
        }
        finally
        {
            call?.End(TimeProvider.System.GetUtcNow());
        }
    }

    private static async Task<byte[]> ReadAudioAsync(HttpContext context, CancellationToken gone)
    {
        var form = await context.Request.ReadFormAsync(gone);
        using var audio = new MemoryStream();
        await form.Files["file"]!.CopyToAsync(audio, gone);
        return audio.ToArray();
    }

    private async Task ReplyAsync(HttpContext context, SpeechCall call, byte[] audio, CancellationToken gone)
    {
        var reply = Script(call);
        var response = context.Response;
        switch (reply)
        {
            case { Status: StatusCodes.Status200OK }:
                await (reply.Held?.WaitAsync(gone)
                    ?? Task.Delay(TimeSpan.FromMilliseconds(call.AudioMs / _speed), TimeProvider.System, gone));
                await response.WriteAsJsonAsync(Answer(audio), gone);
                await response.CompleteAsync();
                call.AnsweredAt = TimeProvider.System.GetUtcNow();
                return;
            default:
                response.StatusCode = reply.Status;
                if (reply.RetryAfterSeconds is { } seconds)
                {
                    response.Headers.RetryAfter = seconds.ToString(CultureInfo.InvariantCulture);
                }

                await response.WriteAsJsonAsync(new { error = new { message = "As scripted.", code = "scripted" } }, gone);
                return;
        }
    }

    private static JsonObject Answer(byte[] wav)
    {
        var samples = MemoryMarshal.Cast<byte, short>(wav.AsSpan(WavHeaderBytes));
        var words = SyntheticSpeech.Recognise(samples);
        return new JsonObject
        {
            ["task"] = "transcribe",
            ["language"] = "english",
            ["duration"] = samples.Length / (double)PcmFormat.SampleRateHz,
            ["text"] = Text(words),
            ["segments"] = new JsonArray([.. Segments(words).Select(segment => new JsonObject
            {
                ["start"] = Seconds(segment[0].StartMs),
                ["end"] = Seconds(segment[^1].EndMs),
                ["text"] = Text(segment),
            })]),
            ["words"] = new JsonArray([.. words.Select(word => new JsonObject
            {
                ["word"] = word.Text,
                ["start"] = Seconds(word.StartMs),
                ["end"] = Seconds(word.EndMs),
            })]),
        };
    }

    private static IEnumerable<List<ToneWord>> Segments(IEnumerable<ToneWord> words)
    {
        var segment = new List<ToneWord>();
        foreach (var word in words)
        {
            if (segment.Count > 0 && word.StartMs - segment[^1].EndMs >= SegmentGapMs)
            {
                yield return segment;
                segment = [];
            }

            segment.Add(word);
        }

        if (segment.Count > 0)
        {
            yield return segment;
        }
    }

    private static string Text(IEnumerable<ToneWord> words) => string.Join(' ', words.Select(word => word.Text));

    private static double Seconds(long ms) => ms / 1000.0;
}

/// <summary>One request.</summary>
/// <param name="Key">The Idempotency-Key: which piece of work it is.</param>
/// <param name="AudioSha256">Of the file.</param>
/// <param name="ReceivedAt">When all of it had come.</param>
public sealed record SpeechCall(string Key, string AudioSha256, long AudioMs, DateTimeOffset ReceivedAt)
{
    /// <summary>When the whole answer had been handed to the network; null when it never was.</summary>
    public DateTimeOffset? AnsweredAt { get; internal set; }

    /// <summary>When it was over, in whatever way; null while it is under way.</summary>
    public DateTimeOffset? EndedAt => Over.IsCompleted ? Over.Result : null;

    /// <summary>Complete when it is over, with the time.</summary>
    public Task<DateTimeOffset> Over => _over.Task;

    private readonly TaskCompletionSource<DateTimeOffset> _over =
        new(TaskCreationOptions.RunContinuationsAsynchronously);

    internal void End(DateTimeOffset at) => _over.TrySetResult(at);
}

/// <summary>What a request is answered.</summary>
public sealed record SpeechReply(int Status)
{
    public static SpeechReply Words { get; } = new(StatusCodes.Status200OK);
    public static SpeechReply Unavailable { get; } = new(StatusCodes.Status503ServiceUnavailable);
    public static SpeechReply Refused { get; } = new(StatusCodes.Status400BadRequest);
    /// <summary>Words, when this task ends; null is after the time that the audio takes.</summary>
    public Task? Held { get; init; }

    public int? RetryAfterSeconds { get; init; }

    public static SpeechReply WordsAfter(Task held) => Words with { Held = held };

    public static SpeechReply Throttled(int retryAfterSeconds) =>
        new(StatusCodes.Status429TooManyRequests) { RetryAfterSeconds = retryAfterSeconds };
}
