using System.Runtime.InteropServices;
using Ax2.Captions.Speech;

namespace Ax2.TestKit.Speech;

/// <summary>Audio put together from samples and silences, with the words that are spoken in it and where.</summary>
public sealed class SpeechTrack
{
    private readonly List<short> _samples = [];
    private readonly List<string> _words = [];
    private readonly List<(int Start, int Length)> _recordings = [];

    public string Words => string.Join(' ', _words);

    public long DurationMs => MsOf(_samples.Count);

    /// <summary>The silences that were added.</summary>
    public List<(long StartMs, long EndMs)> SilencesMs { get; } = [];

    public SpeechTrack Silence(int ms)
    {
        SilencesMs.Add((DurationMs, DurationMs + ms));
        _samples.AddRange(new short[ms * PcmFormat.SampleRateHz / 1000]);
        return this;
    }

    public SpeechTrack Say(SpeechSample sample) => Say(sample.Read(), sample.Words);

    /// <param name="gain">1 leaves the recording as it is.</param>
    public SpeechTrack Say(ReadOnlySpan<short> samples, string words, double gain = 1)
    {
        _recordings.Add((_samples.Count, samples.Length));
        _words.Add(words);
        foreach (var sample in samples)
        {
            _samples.Add((short)Math.Clamp(sample * gain, short.MinValue, short.MaxValue));
        }
        return this;
    }

    /// <summary>The track as the port reads it (<see cref="PcmFormat"/>).</summary>
    public byte[] ToPcm() => MemoryMarshal.AsBytes(CollectionsMarshal.AsSpan(_samples)).ToArray();

    /// <summary>Where the voice in each recording begins: its first 16 ms that are louder than the room.</summary>
    public IReadOnlyList<long> VoiceStartsMs() =>
        [.. _recordings.Select(recording => MsOf(VoiceStart(recording.Start, recording.Length)))];

    private int VoiceStart(int start, int length)
    {
        const int block = PcmFormat.SampleRateHz * 16 / 1000;
        const double voiceLevel = 0.02;
        for (var from = start; from + block <= start + length; from += block)
        {
            var power = _samples.GetRange(from, block).Average(sample => Math.Pow(sample / 32768.0, 2));
            if (Math.Sqrt(power) >= voiceLevel)
            {
                return from;
            }
        }
        throw new InvalidOperationException("The recording holds no voice.");
    }

    private static long MsOf(long samples) => samples * 1000 / PcmFormat.SampleRateHz;
}
