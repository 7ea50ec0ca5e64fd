using Ax2.Jobs.Chunks;
using Ax2.TestKit;
using Ax2.TestKit.Media;
using Microsoft.Extensions.Logging.Abstractions;
using Xunit;

namespace Ax2.Jobs.Steps;

/// <summary>While a job waits for space on its last try, every try is the last one.</summary>
public sealed class LastAttemptTests
{
    private readonly JobContext _job;
    private readonly InMemoryObjectStore _store = new();
    private Exception _fault = new StorageFaultException(NoSpace.Code, "Full.");

    public LastAttemptTests() => _job = new JobContext(Guid.CreateVersion7(), new StoredState<CaptionJobState>(
        new ScriptedStorage<CaptionJobState>(new CaptionJobState
        {
            Command = new StartJob(Guid.CreateVersion7(), Guid.CreateVersion7(), Guid.CreateVersion7(), "en", null),
            MediaDurationMs = 10_000,
            IsCutComplete = true,
            Chunks = [new JobChunk(new ChunkSpan(0, 0, 10_000, 0, 10_000), ChunkOutcome.Done, IsCut: true)],
        }),
        _ => { }))
    {
        IsLastAttempt = true,
    };

    [Theory]
    [InlineData(NoSpace.Code)]
    [InlineData("storage_unavailable")]
    public async Task Assembly_StoreCannotBeUsed_LosesNoCheckpoint(string code)
    {
        _fault = new StorageFaultException(code, "Not now.");

        await Assert.ThrowsAsync<StorageFaultException>(() => new CaptionAssembly(Grains()).BuildAsync(_job));
    }

    [Fact]
    public async Task Assembly_CheckpointCannotBeRead_IsLost()
    {
        _fault = new InvalidDataException("Broken.");

        Assert.Equal([0], (await new CaptionAssembly(Grains()).BuildAsync(_job)).LostChunks);
    }

    [Fact]
    public async Task Cleanup_NoSpace_IsTriedAgain()
    {
        _store.OnEffect = _ => throw _fault;

        await Assert.ThrowsAsync<StorageFaultException>(RemoveAudio);
    }

    [Fact]
    public async Task Cleanup_StoreIsAway_IsLeft()
    {
        _store.OnEffect = _ => throw new StorageFaultException("storage_unavailable", "Away.");

        var leaving = await Record.ExceptionAsync(RemoveAudio);

        Assert.Null(leaving);
    }

    private Task RemoveAudio() => new JobCleanup(Grains(), _store, NullLogger<JobCleanup>.Instance)
        .RemoveAudioAsync(_job, TestContext.Current.CancellationToken);

    private IGrainFactory Grains()
    {
        var cutter = Scripted.As<IAudioCutterGrain>((_, _) => Task.CompletedTask);
        var chunk = Scripted.As<ICaptionChunkGrain>((_, _) => Task.FromException<ChunkResult?>(_fault));
        return Scripted.As<IGrainFactory>((_, arguments) => arguments.Length > 2 ? chunk : cutter);
    }
}
