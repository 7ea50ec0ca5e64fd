using Ax2.Captions.Speech;
using Xunit;

namespace Ax2.Jobs.Chunks;

public sealed class ChunkFlowTests
{
    private static readonly DateTimeOffset Now = new(2026, 3, 1, 0, 0, 0, TimeSpan.Zero);
    private static readonly ChunkSpan Span = new(0, 0, 1_000, 0, 1_000);
    private static readonly Guid Id = new(1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11);
    private readonly JobOptions _options = new() { RetryDelay = TimeSpan.FromSeconds(2), MaxAttempts = 4 };

    [Fact]
    public void Faulted_Transient_PauseDoublesUpToTheLongestAndIsDrawnFromAllOfIt()
    {
        _options.MaxAttempts = 100;
        _options.MaxRetryDelay = TimeSpan.FromSeconds(7);
        var state = new CaptionChunkState();
        var pauses = new List<double>();
        foreach (var draw in new[] { 1.0, 1.0, 0.25, 1.0 })
        {
            state = Fault(Begin(state), SpeechFault.Transient, draw);
            pauses.Add((state.RetryAt!.Value - Now).TotalSeconds);
            state = state with { RetryAt = Now };
        }

        Assert.Equal([2, 4, 1.75, 7], pauses);
    }

    [Fact]
    public void Faulted_TransientAgainAndAgain_IsGivenUp()
    {
        var state = new CaptionChunkState();
        for (var k = 0; k < 4; k++)
        {
            Assert.False(state.IsFailed);
            state = Fault(Begin(state), SpeechFault.Transient, draw: 0);
        }

        Assert.Equal((true, JobRefusals.EngineUnavailable), (state.IsFailed, state.Refusal?.Code));
        Assert.Equal(state, Begin(state));
    }

    /// <summary>It is no attempt of the engine: it is tried as long as a stage of a job.</summary>
    [Theory]
    [InlineData(true, JobRefusals.AudioLost)]
    [InlineData(false, JobRefusals.Internal)]
    public void Faulted_AudioIsLostOrItsStoreAway_IsGivenUpAfterAsManyTriesAsAStage(bool isLost, string code)
    {
        Exception fault = isLost
            ? new AudioLostException("gone")
            : new StorageFaultException("storage_unavailable", "away");
        var state = new CaptionChunkState();
        for (var k = 0; k < _options.MaxStageAttempts; k++)
        {
            Assert.False(state.IsFailed);
            state = ChunkFlow.Faulted(Begin(state), fault, _options, Now, 0);
            Assert.Equal((code, 0), (state.Refusal?.Code, state.Failures));
        }

        Assert.True(state.IsFailed);
    }

    [Fact]
    public void Faulted_Throttled_IsNoFailureUpToItsOwnLimit()
    {
        _options.MaxThrottles = 10;
        var state = new CaptionChunkState();
        for (var k = 0; k < 10; k++)
        {
            state = Fault(Begin(state), SpeechFault.Throttled, draw: 0);
            Assert.False(state.IsFailed);
        }

        Assert.Equal(0, state.Failures);
        Assert.True(Fault(Begin(state), SpeechFault.Throttled, draw: 0).IsFailed);
    }

    [Theory]
    [InlineData(30, 30)]
    [InlineData(86_400, 3_600)]
    public void Faulted_ThrottledWithARest_WaitsAsLongAsAskedButNotForEver(int askedSeconds, int waitedSeconds)
    {
        var fault = new SpeechException(SpeechFault.Throttled, "", TimeSpan.FromSeconds(askedSeconds));
        var state = ChunkFlow.Faulted(Begin(new CaptionChunkState()), fault, _options, Now, draw: 0.5);

        Assert.Equal(waitedSeconds + 1, (state.RetryAt!.Value - Now).TotalSeconds);
    }

    [Fact]
    public void Begin_BeforeTheRetryIsDue_IsNotBegun()
    {
        var state = new CaptionChunkState { Span = Span, Attempt = 1, RetryAt = Now.AddSeconds(1) };

        Assert.Equal(state, Begin(state));
        Assert.True(ChunkFlow.Begin(state, Span, Id, _options, Now.AddSeconds(1)).IsAttemptOpen);
    }

    [Fact]
    public void Begin_OpenAttempt_IsADeath_AndAfterTwoTheNextMustBeAlone()
    {
        var first = Begin(new CaptionChunkState());
        var second = Begin(first);
        var third = Begin(second);

        Assert.Equal((0, 1, 2), (first.WorkerDeaths, second.WorkerDeaths, third.WorkerDeaths));
        Assert.Equal((3, true, false), (third.Attempt, third.IsAttemptOpen, third.IsFailed));
        Assert.Equal(
            (false, false, true),
            (ChunkFlow.MustBeAlone(first, _options), ChunkFlow.MustBeAlone(second, _options),
                ChunkFlow.MustBeAlone(third, _options)));
    }

    [Fact]
    public void Begin_DiedAlone_IsGivenUp()
    {
        var suspect = Begin(Begin(Begin(new CaptionChunkState())));

        var failed = Begin(suspect with { IsAlone = true });

        Assert.Equal((3, false, true), (failed.Attempt, failed.IsAttemptOpen, failed.IsFailed));
        Assert.Equal(JobRefusals.ChunkPoisonous, failed.Refusal?.Code);
    }

    /// <summary>Its neighbour may have been to blame, each time.</summary>
    [Fact]
    public void Begin_DiedInCompanyManyTimes_IsBegunAgain()
    {
        var state = new CaptionChunkState();
        for (var k = 1; k <= 20; k++)
        {
            state = Begin(state);
            Assert.Equal((k, true), (state.Attempt, state.IsAttemptOpen));
        }
    }

    [Fact]
    public void Begin_NoLimitOfDeaths_IsBegunAgain()
    {
        _options.MaxWorkerDeaths = 0;
        var state = new CaptionChunkState();
        for (var k = 1; k <= 20; k++)
        {
            state = Begin(state with { IsAlone = true });
            Assert.Equal((k, true), (state.Attempt, state.IsAttemptOpen));
        }

        Assert.False(ChunkFlow.MustBeAlone(state, _options));
    }

    [Fact]
    public void Begin_OtherSpan_ForgetsTheWordsAndKeepsTheNumber()
    {
        var other = Span with { EndMs = 900 };
        var done = ChunkFlow.Done(Begin(new CaptionChunkState()), new ChunkResult(Span, 1, "any", [], []));

        var begun = ChunkFlow.Begin(done, other, Id, _options, Now);

        Assert.Equal((other, 2, true), (begun.Span, begun.Attempt, begun.IsAttemptOpen));
        Assert.Null(begun.Result);
    }

    private CaptionChunkState Begin(CaptionChunkState state) => ChunkFlow.Begin(state, Span, Id, _options, Now);

    private CaptionChunkState Fault(CaptionChunkState state, SpeechFault kind, double draw) =>
        ChunkFlow.Faulted(state, new SpeechException(kind, ""), _options, Now, draw);
}
