using System.Collections.Immutable;
using System.Runtime.CompilerServices;
using System.Threading.Channels;

namespace Ax2.Captions.Speech;

/// <summary>
/// English speech recognition inside the process: Silero VAD finds the phrases, Moonshine reads them in batches.
/// While the words of one window of audio are awaited, the next are read, scanned and decoded.
/// </summary>
internal sealed class EmbeddedSpeechRecognizer(EmbeddedEngine engine) : ISpeechRecognizer
{
    public string Engine => "embedded";

    public IReadOnlySet<string> Languages { get; } = ImmutableHashSet.Create(StringComparer.OrdinalIgnoreCase, "en");

    public async IAsyncEnumerable<SpeechSegment> RecognizeAsync(
        Stream pcm,
        SpeechRequest request,
        IProgress<long>? processedMs,
        [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var windows = Channel.CreateUnbounded<Task<RecognizedWindow>>();
        using var job = new RecognitionJob(engine, stop.Token);
        var reading = Task.Run(() => job.ReadAsync(pcm, windows.Writer), CancellationToken.None);
        try
        {
            await foreach (var decoding in windows.Reader.ReadAllAsync(stop.Token))
            {
                var window = await decoding;
                foreach (var segment in window.Segments)
                {
                    yield return segment;
                }
                processedMs?.Report(window.EndMs);
                job.Release();
            }
        }
        finally
        {
            await stop.CancelAsync();
            await reading.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            while (windows.Reader.TryRead(out var abandoned))
            {
                await ((Task)abandoned).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
        }
    }
}

/// <param name="Segments">In order of time.</param>
/// <param name="EndMs">All audio before this is done.</param>
internal sealed record RecognizedWindow(ImmutableArray<SpeechSegment> Segments, long EndMs);
