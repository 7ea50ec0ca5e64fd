using System.Collections.Immutable;
using Ax2.Captions;

namespace Ax2.Jobs.Chunks;

/// <summary>
/// Passes audio on and notes where it is silent: below −50 dBFS for a second or longer. The softest speech that is
/// recorded on purpose stays above, pauses between phrases are shorter.
/// </summary>
internal sealed class QuietMeter(Stream pcm, long startMs) : ForwardStream
{
    private const int FrameMs = 100;
    private const int LeastQuietMs = 1_000;
    private static readonly long QuietEnergy = AudioLevels.EnergyOf(dBFS: -50, FrameMs);

    private readonly AudioLevels _levels = new(FrameMs);
    private readonly List<TimeSpanMs> _quiet = [];
    private long _nowMs = startMs;
    private long _quietFromMs = startMs;

    /// <summary>Bytes that were passed on.</summary>
    public long ReadBytes { get; private set; }

    /// <summary>
    /// The silences within the span, once all was read. One that it shares with its context counts whole.
    /// </summary>
    public ImmutableArray<TimeSpanMs> QuietWithin(ChunkSpan span)
    {
        EndQuiet();
        return [.. _quiet
            .Select(quiet => new TimeSpanMs(
                Math.Max(quiet.StartMs, span.StartMs), Math.Min(quiet.EndMs, span.EndMs)))
            .Where(quiet => quiet.DurationMs > 0)];
    }

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        var read = await pcm.ReadAsync(buffer, cancellationToken);
        ReadBytes += read;
        _levels.Push(buffer.Span[..read], Add);
        return read;
    }

    private void Add(long energy)
    {
        if (energy > QuietEnergy)
        {
            EndQuiet();
            _quietFromMs = _nowMs + FrameMs;
        }

        _nowMs += FrameMs;
    }

    private void EndQuiet()
    {
        if (_nowMs - _quietFromMs >= LeastQuietMs)
        {
            _quiet.Add(new TimeSpanMs(_quietFromMs, _nowMs));
        }

        _quietFromMs = _nowMs;
    }
}
