using System.Runtime.InteropServices;
using Ax2.Captions.Speech;

namespace Ax2.TestKit.Speech;

/// <summary>Audio put together from samples and silences, with the words that are spoken in it and where.</summary>
public sealed class SpeechTrack
{
    private readonly List<short> _samples = [];
    private readonly List<string> _words = [];

    public string Words => string.Join(' ', _words);

    public long DurationMs => MsOf(_samples.Count);

    /// <summary>Where each recording that was added begins, its own lead-in included.</summary>
    public List<long> StartsMs { get; } = [];

    public SpeechTrack Silence(int ms)
    {
        _samples.AddRange(new short[ms * PcmFormat.SampleRateHz / 1000]);
        return this;
    }

    public SpeechTrack Say(SpeechSample sample) => Say(sample.Read(), sample.Words);

    /// <param name="gain">1 leaves the recording as it is.</param>
    public SpeechTrack Say(ReadOnlySpan<short> samples, string words, double gain = 1)
    {
        StartsMs.Add(DurationMs);
        _words.Add(words);
        foreach (var sample in samples)
        {
            _samples.Add((short)Math.Clamp(sample * gain, short.MinValue, short.MaxValue));
        }
        return this;
    }

    /// <summary>The track as the port reads it (<see cref="PcmFormat"/>).</summary>
    public byte[] ToPcm() => MemoryMarshal.AsBytes(CollectionsMarshal.AsSpan(_samples)).ToArray();

    private static long MsOf(long samples) => samples * 1000 / PcmFormat.SampleRateHz;
}
