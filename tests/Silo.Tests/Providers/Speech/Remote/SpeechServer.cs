using System.Runtime.InteropServices;
using Ax2.Captions.Speech;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Ax2.Tests.Providers.Speech.Remote;

/// <param name="Fields">The form's fields, and their values joined by commas.</param>
internal sealed record SpeechCall(IHeaderDictionary Headers, IReadOnlyDictionary<string, string> Fields, byte[] Wav)
{
    public const int HeaderBytes = 44;

    public ReadOnlySpan<byte> Pcm => Wav.AsSpan(HeaderBytes);
}

/// <summary>A real server on loopback. Each loud stretch is a word to it, unless the test scripts an answer.</summary>
internal sealed class SpeechServer : IAsyncDisposable
{
    private readonly WebApplication _app;
    private readonly List<SpeechCall> _calls = [];

    private SpeechServer()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        _app = builder.Build();
        _app.Urls.Add("http://127.0.0.1:0");
        _app.MapPost("/v1/audio/transcriptions", TakeAsync);
    }

    public Func<SpeechCall, HttpContext, Task> Answer { get; set; } = (call, context) =>
        context.Response.WriteAsJsonAsync(Recognise(call.Pcm));

    public IReadOnlyList<SpeechCall> Calls
    {
        get
        {
            lock (_calls)
            {
                return [.. _calls];
            }
        }
    }

    public string Endpoint => _app.Urls.Single();

    public static async Task<SpeechServer> StartAsync()
    {
        var server = new SpeechServer();
        await server._app.StartAsync();
        return server;
    }

    public void AnswerStatus(int status, string body = "", string? retryAfter = null) => Answer = (_, context) =>
    {
        context.Response.StatusCode = status;
        context.Response.Headers.RetryAfter = retryAfter;
        return context.Response.WriteAsync(body);
    };

    public async ValueTask DisposeAsync() => await _app.DisposeAsync();

    private async Task TakeAsync(HttpContext context)
    {
        var form = await context.Request.ReadFormAsync();
        using var wav = new MemoryStream();
        await form.Files.Single().CopyToAsync(wav);
        var headers = new HeaderDictionary();
        foreach (var header in context.Request.Headers)
        {
            headers.Add(header);
        }
        var call = new SpeechCall(
            headers, form.ToDictionary(field => field.Key, field => field.Value.ToString()), wav.ToArray());
        lock (_calls)
        {
            _calls.Add(call);
        }
        await Answer(call, context);
    }

    private static object Recognise(ReadOnlySpan<byte> pcm)
    {
        const int frameSamples = PcmFormat.SampleRateHz / 100;
        const int joinFrames = 20;
        var samples = MemoryMarshal.Cast<byte, short>(pcm);
        var stretches = new List<(int Start, int End)>();
        for (var frame = 0; (frame + 1) * frameSamples <= samples.Length; frame++)
        {
            if (samples.Slice(frame * frameSamples, frameSamples).IndexOfAnyExceptInRange((short)-600, (short)600) < 0)
            {
                continue;
            }
            if (stretches.Count > 0 && frame - stretches[^1].End <= joinFrames)
            {
                stretches[^1] = (stretches[^1].Start, frame + 1);
            }
            else
            {
                stretches.Add((frame, frame + 1));
            }
        }
        return new
        {
            text = string.Join(' ', stretches.Select(_ => "Speech.")),
            segments = stretches.Select(s => new { text = " Speech.", start = s.Start / 100.0, end = s.End / 100.0 }),
            words = stretches.Select(s => new { word = "Speech", start = s.Start / 100.0, end = s.End / 100.0 }),
        };
    }
}
