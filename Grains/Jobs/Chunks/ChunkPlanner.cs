using System.Runtime.InteropServices;

namespace Ax2.Jobs.Chunks;

/// <summary>How audio is cut. Zero as target never cuts.</summary>
internal readonly record struct ChunkLengths(long TargetMs, long WindowMs)
{
    /// <summary>No chunk at the end of the audio is shorter.</summary>
    public long LeastTailMs => Math.Max(TargetMs / 10, ChunkPlanner.ReachMs);
}

/// <summary>
/// Finds where to cut audio that streams by: from cut to cut, the quietest moment of the window around the target. The
/// cuts follow from the samples alone, never from the buffers they come in. It looks ahead no further than two windows
/// and the shortest tail, and remembers the levels of no more than that.
/// </summary>
/// <param name="lengths">What is aimed at.</param>
/// <param name="startMs">Where the first chunk begins; the samples begin at zero all the same.</param>
internal sealed class ChunkPlanner(ChunkLengths lengths, long startMs)
{
    /// <summary>A moment is as quiet as the 300 ms around it: no closing of the lips looks like a pause.</summary>
    public const int ReachMs = Reach * FrameMs;
    private const int Reach = 15;
    private const int FrameMs = 10;

    /// <summary>All that is below is silence, and the middle of a silence is the best point in it.</summary>
    private static readonly long Silence = AudioLevels.EnergyOf(dBFS: -60, 2 * ReachMs);

    private readonly AudioLevels _meter = new(FrameMs);

    /// <summary>Of the frames from <see cref="_firstFrame"/> on.</summary>
    private readonly List<long> _levels = [];
    private long _firstFrame;
    private long _nextFrame;
    private long _lastCutMs = startMs;
    private long? _endMs;

    /// <summary>The next cut will not be before this. At the end of the audio there may be none.</summary>
    public long EarliestCutMs => IsNeverCut ? long.MaxValue : _lastCutMs + lengths.TargetMs - lengths.WindowMs;

    private bool IsNeverCut => lengths.TargetMs == 0;

    private long LatestCutMs => _lastCutMs + lengths.TargetMs + lengths.WindowMs;

    private long HeardMs => _endMs ?? (_nextFrame * FrameMs);

    /// <summary>The samples that follow those of the call before.</summary>
    public void Push(ReadOnlySpan<byte> pcm)
    {
        if (!IsNeverCut)
        {
            _meter.Push(pcm, Add);
        }
    }

    /// <summary>There is no more audio.</summary>
    public void Complete(long endMs) => _endMs = endMs;

    /// <summary>Takes the next cut; false while it cannot be known, and for the last chunk.</summary>
    public bool TryCut(out long cutMs)
    {
        cutMs = 0;
        // With this much measured, neither further audio nor the end of the file can change the choice.
        if (IsNeverCut || HeardMs <= LatestCutMs || (_endMs is null && HeardMs < LatestCutMs + lengths.LeastTailMs))
        {
            return false;
        }

        var latest = Math.Min(LatestCutMs, HeardMs - lengths.LeastTailMs);
        cutMs = Quietest((EarliestCutMs + FrameMs - 1) / FrameMs, latest / FrameMs) * FrameMs;
        _lastCutMs = cutMs;
        return true;
    }

    private void Add(long level)
    {
        var needed = (EarliestCutMs / FrameMs) - Reach;
        if (_nextFrame >= needed)
        {
            _firstFrame = _levels.Count == 0 ? _nextFrame : _firstFrame;
            _levels.Add(level);
        }

        _nextFrame++;
        // Rarely, since it moves the rest.
        var stale = (int)Math.Min(needed - _firstFrame, _levels.Count);
        if (stale > _levels.Count / 2)
        {
            _levels.RemoveRange(0, stale);
            _firstFrame += stale;
        }
    }

    /// <summary>
    /// The frame to cut before: of the quietest stretch of the range the middle, and of several such stretches the one
    /// that is nearest to the target.
    /// </summary>
    private long Quietest(long from, long to)
    {
        var target = (_lastCutMs + lengths.TargetMs) / FrameMs;
        var best = (Energy: long.MaxValue, Distance: long.MaxValue, Middle: Math.Min(from, to));
        for (var start = best.Middle; start <= to;)
        {
            var energy = EnergyAround(start);
            var end = start;
            while (end < to && EnergyAround(end + 1) == energy)
            {
                end++;
            }

            var distance = Math.Max(0, Math.Max(start - target, target - end));
            if ((energy, distance).CompareTo((best.Energy, best.Distance)) < 0)
            {
                best = (energy, distance, (start + end) / 2);
            }

            start = end + 1;
        }

        return best.Middle;
    }

    private long EnergyAround(long frame)
    {
        var first = (int)Math.Clamp(frame - Reach - _firstFrame, 0, _levels.Count);
        var end = (int)Math.Clamp(frame + Reach - _firstFrame, first, _levels.Count);
        long sum = 0;
        foreach (var level in CollectionsMarshal.AsSpan(_levels)[first..end])
        {
            sum += level;
        }

        return Math.Max(sum, Silence);
    }
}
