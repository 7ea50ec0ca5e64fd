using Ax2.Captions.Speech;
using Ax2.Media;

namespace Ax2.TestKit.Media;

/// <summary>Decodes every file to silence of a given length, or fails as the test says.</summary>
public sealed class SilentDecoder : IAudioDecoder
{
    public long DecodedMs { get; set; } = 10_000;

    public MediaException? Failure { get; set; }

    /// <summary>What is decoded in place of silence.</summary>
    public byte[]? Sound { get; set; }

    /// <summary>The stream that the last run asked for.</summary>
    public int? AskedStreamIndex { get; private set; }

    /// <summary>How often audio was decoded.</summary>
    public int Runs { get; private set; }

    public Stream Open(string path, int audioStreamIndex, CancellationToken cancellationToken)
    {
        Runs++;
        AskedStreamIndex = audioStreamIndex;
        return Failure is null ? new MemoryStream(Sound ?? new byte[DecodedMs * PcmFormat.BytesPerMs]) : throw Failure;
    }
}

/// <summary>Finds in every file what the test put there.</summary>
public sealed class FixedProbe : IMediaProbe
{
    public ProbeAnswer Answer { get; set; } = new(
        new MediaInfo("wav", 10_000, [new AudioStream(0, "pcm_s16le", 1, 16_000, 10_000, null, true)], null), null);

    /// <summary>Runs before each answer.</summary>
    public Func<CancellationToken, Task> BeforeAnswer { get; set; } = _ => Task.CompletedTask;

    public async Task<ProbeAnswer> ProbeAsync(string path, CancellationToken cancellationToken)
    {
        await BeforeAnswer(cancellationToken);
        return Answer;
    }
}
