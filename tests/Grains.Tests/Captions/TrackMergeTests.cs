using System.Collections.Immutable;
using Xunit;

namespace Ax2.Captions;

public sealed class TrackMergeTests
{
    private static readonly ImmutableArray<Cue> Track = [Of(0, 1_000), Of(1_500, 3_000), Of(4_000, 6_000)];

    [Theory]
    [InlineData(1_200, 3_500, 1_200, 3_500)]
    [InlineData(2_000, 3_500, 1_500, 3_500)]
    [InlineData(1_200, 5_000, 1_200, 6_000)]
    [InlineData(500, 2_000, 0, 3_000)]
    [InlineData(1_000, 4_000, 1_000, 4_000)]
    public void Snap_GrowsToWholeCues(long fromMs, long untilMs, long expectedFromMs, long expectedUntilMs) =>
        Assert.Equal((expectedFromMs, expectedUntilMs), TrackMerge.Snap(Track, fromMs, untilMs));

    [Fact]
    public void Replace_TakesTheCuesOfTheStretchOut()
    {
        var merged = TrackMerge.Replace(Track, 1_500, 3_000, [Of(1_600, 2_000), Of(2_100, 2_900)]);

        Assert.Equal([0L, 1_600, 2_100, 4_000], merged.Select(cue => cue.StartMs));
    }

    [Fact]
    public void Replace_WhereTheTrackChangedMeanwhile_KeepsTheCueThatReachesOut()
    {
        var merged = TrackMerge.Replace(Track, 2_000, 5_000, [Of(2_000, 3_500), Of(3_600, 5_000)]);

        Assert.Equal(
            [(0L, 1_000L), (1_500, 3_000), (3_000, 3_500), (3_600, 4_000), (4_000, 6_000)],
            merged.Select(cue => (cue.StartMs, cue.EndMs)));
    }

    [Fact]
    public void Replace_AnyTracks_StaysInOrderWithoutOverlapsAndIsIdempotent()
    {
        for (var seed = 0; seed < 500; seed++)
        {
            var random = new Random(seed);
            var (track, fresh) = (Random(random), Random(random));
            var fromMs = random.Next(0, 20_000);
            var untilMs = fromMs + random.Next(1, 20_000);

            var merged = TrackMerge.Replace(track, fromMs, untilMs, fresh);

            Assert.All(merged, cue => Assert.True(cue.StartMs < cue.EndMs));
            Assert.All(merged.Zip(merged.Skip(1)), pair => Assert.True(pair.First.EndMs <= pair.Second.StartMs));
            Assert.True(merged.SequenceEqual(TrackMerge.Replace(merged, fromMs, untilMs, fresh)));
            Assert.All(track.Except(TrackMerge.Within(track, fromMs, untilMs)), cue => Assert.Contains(cue, merged));
        }
    }

    private static ImmutableArray<Cue> Random(Random random)
    {
        var cues = ImmutableArray.CreateBuilder<Cue>();
        long clock = 0;
        while (clock < 30_000)
        {
            var start = clock + random.Next(0, 2_000);
            clock = start + random.Next(1, 4_000);
            cues.Add(Of(start, clock));
        }

        return cues.ToImmutable();
    }

    private static readonly ImmutableArray<string> Lines = ["a"];

    private static Cue Of(long startMs, long endMs) => new(startMs, endMs, Lines);
}
