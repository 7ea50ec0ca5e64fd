using System.Collections.Immutable;
using System.Runtime.InteropServices;
using System.Threading.Channels;
using Microsoft.ML.OnnxRuntime;

namespace Ax2.Captions.Speech;

/// <summary>One stream on its way through the engine, window by window.</summary>
internal sealed class RecognitionJob(EmbeddedEngine engine, CancellationToken stop) : IDisposable
{
    /// <summary>One is decoded while the next is read and scanned.</summary>
    private const int WindowsHeld = 2;

    private readonly SpeechWorkers.Lane _lane = engine.Workers.OpenLane();
    private readonly SemaphoreSlim _room = new(WindowsHeld);

    /// <summary>Reads the stream to its end and hands out its windows in order, while they are worked on.</summary>
    public async Task ReadAsync(Stream pcm, ChannelWriter<Task<RecognizedWindow>> windows)
    {
        try
        {
            await ReadWindowsAsync(pcm, windows);
            windows.Complete();
        }
#pragma warning disable CA1031 // Whatever ends the reading goes to the one who awaits the windows.
        catch (Exception end)
#pragma warning restore CA1031
        {
            windows.Complete(end);
        }
    }

    /// <summary>The reader is done with one window: another can be read.</summary>
    public void Release() => _room.Release();

    public void Dispose() => _room.Dispose();

    private async Task ReadWindowsAsync(Stream pcm, ChannelWriter<Task<RecognizedWindow>> windows)
    {
        var buffer = new byte[engine.Options.WindowSeconds * 1000 * PcmFormat.BytesPerMs];
        using var scanner = engine.OpenScanner();
        var bytes = 0L;
        int read;
        do
        {
            await _room.WaitAsync(stop);
            // A stream that does not heed the token is left to its read; the job ends all the same.
            read = await pcm.ReadAtLeastAsync(buffer, buffer.Length, throwOnEndOfStream: false, stop)
                .AsTask().WaitAsync(stop);
            bytes += read;
            var isLast = read < buffer.Length;
            var utterances = await Compute(() => Scan(scanner, buffer.AsSpan(0, read), isLast));
            var endMs = isLast ? bytes / PcmFormat.BytesPerMs : scanner.DoneMs;
            await windows.WriteAsync(DecodeAsync(utterances, endMs), stop);
        }
        while (read == buffer.Length);
    }

    private List<Utterance> Scan(VoiceScanner scanner, ReadOnlySpan<byte> bytes, bool isLast)
    {
        var samples = MemoryMarshal.Cast<byte, short>(bytes[..(bytes.Length & ~1)]);
        var utterances = scanner.Scan(samples, stop);
        if (isLast)
        {
            utterances.AddRange(scanner.Finish(stop));
        }
        return utterances;
    }

    private async Task<RecognizedWindow> DecodeAsync(List<Utterance> utterances, long endMs)
    {
        var maxPadded = (long)engine.Options.BatchSeconds * PcmFormat.SampleRateHz;
        int[] lengths = [.. utterances.Select(utterance => utterance.SampleCount)];
        var batches = BatchPlan.Make(lengths, engine.Options.BatchRows, maxPadded);
        var texts = await Task.WhenAll(batches.Select(batch =>
            Compute(() => engine.Transcribe([.. batch.Select(i => utterances[i])], stop))));
        var segments = batches.SelectMany((batch, b) => batch.Select((i, row) => utterances[i].Segment(texts[b][row])));
        return new RecognizedWindow([.. segments.OrderBy(segment => segment.StartMs)], endMs);
    }

    private Task<T> Compute<T>(Func<T> work) => _lane.Run(
        () =>
        {
            try
            {
                return work();
            }
            catch (OnnxRuntimeException failure)
            {
                // The input is always well-formed here, so what fails is memory.
                throw new SpeechException(
                    SpeechFault.Transient, "The speech model could not be run.", inner: failure);
            }
        },
        stop);
}
