using Ax2.Captions.Speech;
using CsCheck;
using Xunit;

namespace Ax2.Jobs.Chunks;

public sealed class ChunkPlannerTests
{
    private const short Loud = 8_000;
    private static readonly ChunkLengths TenSeconds = new(10_000, 3_000);

    private static readonly Gen<(int Ms, int Seed, ChunkLengths Lengths)> AnyAudio = Gen.Select(
        Gen.Int[0, 60_000], Gen.Int[0, 1_000_000],
        Gen.Select(Gen.Long[1_000, 12_000], Gen.Int[0, 50], (target, share) =>
            new ChunkLengths(target, target * share / 100)));

    [Theory]
    [InlineData(0)]
    [InlineData(9_000)]
    [InlineData(13_000)]
    public void Plan_UpToTargetAndWindow_IsOneChunk(int ms) =>
        Assert.Empty(Cuts(MadeAudio.Of((ms, Loud)), TenSeconds, 4_096));

    [Fact]
    public void Plan_TargetOfZero_NeverCuts() =>
        Assert.Empty(Cuts(MadeAudio.Speech(120_000, 1), new ChunkLengths(0, 30_000), 4_096));

    [Fact]
    public void Plan_PausesInTheWindow_CutsInTheMiddleOfTheQuietest()
    {
        var audio = MadeAudio.Of((8_000, Loud), (400, 300), (3_000, Loud), (600, 100), (20_000, Loud));

        Assert.Equal(11_700, Cuts(audio, TenSeconds, 4_096)[0]);
    }

    [Fact]
    public void Plan_ShortGapInAWord_IsNoPause()
    {
        // 40 ms of nothing are quieter than the pause, but no 300 ms around them are.
        var audio = MadeAudio.Of((9_980, Loud), (40, 0), (1_000, Loud), (400, 20), (20_000, Loud));

        Assert.Equal(11_220, Cuts(audio, TenSeconds, 4_096)[0]);
    }

    [Fact]
    public void Plan_PausesEquallySilent_CutsInTheOneNearestToTheTarget()
    {
        var audio = MadeAudio.Of(
            (7_500, Loud), (500, 0), (1_000, Loud), (500, 0), (3_000, Loud), (500, 0), (9_000, Loud));

        Assert.Equal(9_250, Cuts(audio, TenSeconds, 4_096)[0]);
    }

    [Fact]
    public void Plan_SilenceAllAlong_CutsAtTheTarget() =>
        Assert.Equal([10_000, 20_000, 30_000], Cuts(MadeAudio.Of((40_000, 0)), TenSeconds, 4_096));

    [Fact]
    public void Plan_StartsLater_MeasuresFromThere() =>
        Assert.Equal([25_000, 35_000], Cuts(MadeAudio.Of((46_000, 0)), TenSeconds, 4_096, startMs: 15_000));

    [Fact]
    public void Plan_AnyAudio_EveryChunkIsOfTheLengthThatIsAimedAt() => AnyAudio.Sample(made =>
    {
        var ends = Cuts(MadeAudio.Speech(made.Ms, made.Seed), made.Lengths, 4_096);
        var start = 0L;
        foreach (var end in ends)
        {
            Assert.InRange(
                end - start,
                Math.Min(
                    made.Lengths.TargetMs - made.Lengths.WindowMs, made.Ms - start - made.Lengths.LeastTailMs) - 10,
                made.Lengths.TargetMs + made.Lengths.WindowMs + 10);
            start = end;
        }

        Assert.True(ends.Count == 0 || made.Ms - start >= made.Lengths.LeastTailMs);
        Assert.True(made.Ms - start <= made.Lengths.TargetMs + made.Lengths.WindowMs);
    }, iter: 60);

    [Fact]
    public void Plan_AnyPieces_CutsTheSame() => Gen.Select(AnyAudio, Gen.Int[1, 100_000]).Sample((made, blockBytes) =>
    {
        var audio = MadeAudio.Speech(made.Ms, made.Seed);
        Assert.Equal(
            Cuts(audio, made.Lengths, audio.Length + 1),
            Cuts(audio, made.Lengths, Math.Max(blockBytes, audio.Length / 500)));
    }, iter: 60);

    [Fact]
    public void Plan_AnyAudio_CutIsKnownOnceTheLookAheadIsHeard() => AnyAudio.Sample(made =>
    {
        var audio = MadeAudio.Speech(made.Ms, made.Seed);
        var planner = new ChunkPlanner(made.Lengths, 0);
        var last = 0L;
        for (var at = 0; at < audio.Length; at += 3_200)
        {
            planner.Push(audio.AsSpan(at, Math.Min(3_200, audio.Length - at)));
            while (planner.TryCut(out var cut))
            {
                last = cut;
            }

            var measuredMs = Math.Min(audio.Length, at + 3_200) / PcmFormat.BytesPerMs;
            Assert.InRange(
                measuredMs - last, 0,
                made.Lengths.TargetMs + made.Lengths.WindowMs + made.Lengths.LeastTailMs + 100);
        }
    }, iter: 30);

    private static List<long> Cuts(byte[] audio, ChunkLengths lengths, int blockBytes, long startMs = 0)
    {
        var planner = new ChunkPlanner(lengths, startMs);
        var cuts = new List<long>();
        for (var at = 0; at < audio.Length; at += blockBytes)
        {
            planner.Push(audio.AsSpan(at, Math.Min(blockBytes, audio.Length - at)));
            Take();
        }

        planner.Complete(audio.Length / PcmFormat.BytesPerMs);
        Take();
        return cuts;

        void Take()
        {
            while (planner.TryCut(out var cut))
            {
                cuts.Add(cut);
            }
        }
    }
}
