using System.Buffers.Binary;
using System.Collections.Immutable;
using System.Runtime.InteropServices;
using Ax2.Captions.Speech;

namespace Ax2.TestKit.Speech;

/// <param name="StartMs">From the start of the audio that it was heard in.</param>
public readonly record struct ToneWord(string Text, long StartMs, long EndMs);

/// <summary>
/// Talk that a few lines can make and recognise without a mistake: each word is a tone of its own, words have silence
/// between them. So however audio is cut up and put together again, it is known which words must come out.
/// </summary>
public static class SyntheticSpeech
{
    private const int Words = 64;
    private const int LowestHz = 300;
    private const int StepHz = 50;
    private const int FadeSamples = 80;
    private const short Loudness = 9000;
    private const short Threshold = 900;
    private const int SamplesPerMs = PcmFormat.SampleRateHz / 1000;

    /// <summary>A silence of this length ends a word; a tone's own zero crossings are far shorter.</summary>
    private const int WordGap = 20 * SamplesPerMs;

    private static readonly ImmutableArray<string> Vocabulary =
        [.. Enumerable.Range(0, Words).Select(k => $"{"bdfgklmn"[k / 8]}a{"bdfgklmn"[k % 8]}o")];

    /// <summary>16 kHz mono samples of so many seconds; the same for the same seed.</summary>
    public static short[] Make(int seconds, int seed)
    {
        var random = new Random(seed);
        var samples = new short[seconds * PcmFormat.SampleRateHz];
        var at = 300 * SamplesPerMs;
        while (true)
        {
            var length = random.Next(180, 450) * SamplesPerMs;
            if (at + length + WordGap > samples.Length)
            {
                return samples;
            }

            Say(samples.AsSpan(at, length), random.Next(Words));
            // Every eighth pause or so is one between sentences.
            at += length + random.Next(8) switch
            {
                0 => random.Next(700, 1600) * SamplesPerMs,
                _ => random.Next(80, 250) * SamplesPerMs,
            };
        }
    }

    /// <summary>The words in samples, in order.</summary>
    public static IReadOnlyList<ToneWord> Recognise(ReadOnlySpan<short> pcm)
    {
        var words = new List<ToneWord>();
        var (start, last, crossings) = (-1, -1, 0);
        var wasPositive = false;
        for (var i = 0; i < pcm.Length; i++)
        {
            if (start >= 0 && i - last > WordGap)
            {
                words.Add(Word(start, last, crossings));
                start = -1;
            }

            if (Math.Abs((int)pcm[i]) < Threshold)
            {
                continue;
            }

            var isPositive = pcm[i] > 0;
            (start, crossings) = start < 0 ? (i, 0) : (start, crossings + (isPositive != wasPositive ? 1 : 0));
            (last, wasPositive) = (i, isPositive);
        }

        if (start >= 0)
        {
            words.Add(Word(start, last, crossings));
        }

        return words;
    }

    /// <summary>A file that any media tool reads.</summary>
    public static async Task WriteWavAsync(string path, short[] samples, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(samples);
        const int headerBytes = 44;
        var bytes = new byte[headerBytes + samples.Length * PcmFormat.BytesPerSample];
        "RIFF"u8.CopyTo(bytes);
        BinaryPrimitives.WriteInt32LittleEndian(bytes.AsSpan(4), bytes.Length - 8);
        "WAVEfmt "u8.CopyTo(bytes.AsSpan(8));
        BinaryPrimitives.WriteInt32LittleEndian(bytes.AsSpan(16), 16);
        BinaryPrimitives.WriteInt16LittleEndian(bytes.AsSpan(20), 1);
        BinaryPrimitives.WriteInt16LittleEndian(bytes.AsSpan(22), 1);
        BinaryPrimitives.WriteInt32LittleEndian(bytes.AsSpan(24), PcmFormat.SampleRateHz);
        BinaryPrimitives.WriteInt32LittleEndian(bytes.AsSpan(28), PcmFormat.BytesPerMs * 1000);
        BinaryPrimitives.WriteInt16LittleEndian(bytes.AsSpan(32), PcmFormat.BytesPerSample);
        BinaryPrimitives.WriteInt16LittleEndian(bytes.AsSpan(34), 8 * PcmFormat.BytesPerSample);
        "data"u8.CopyTo(bytes.AsSpan(36));
        BinaryPrimitives.WriteInt32LittleEndian(bytes.AsSpan(40), bytes.Length - headerBytes);
        MemoryMarshal.AsBytes(samples.AsSpan()).CopyTo(bytes.AsSpan(headerBytes));
        await File.WriteAllBytesAsync(path, bytes, cancellationToken);
    }

    private static void Say(Span<short> samples, int word)
    {
        var step = 2 * Math.PI * (LowestHz + word * StepHz) / PcmFormat.SampleRateHz;
        for (var i = 0; i < samples.Length; i++)
        {
            var fade = Math.Min(1, Math.Min(i + 1, samples.Length - i) / (double)FadeSamples);
            samples[i] = (short)(Loudness * fade * Math.Sin(i * step));
        }
    }

    private static ToneWord Word(int start, int last, int crossings)
    {
        var hertz = crossings / 2.0 * PcmFormat.SampleRateHz / Math.Max(1, last - start);
        var word = Math.Clamp((int)Math.Round((hertz - LowestHz) / StepHz), 0, Words - 1);
        return new ToneWord(Vocabulary[word], start / SamplesPerMs, last / SamplesPerMs + 1);
    }
}
