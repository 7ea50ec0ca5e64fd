using System.Globalization;
using Ax2.Captions;
using Ax2.Captions.Speech;
using Ax2.Credits;
using Ax2.Jobs.Chunks;
using Ax2.Media;
using Xunit;

namespace Ax2.Jobs;

/// <summary>Jobs of three chunks of 20 s, in each of which one sentence is said: they cost 10 credits.</summary>
public abstract class ChunkedJobs(GrainCluster cluster) : IAsyncLifetime
{
    protected static readonly TimeSpan Timeout = TimeSpan.FromSeconds(20);

    protected GrainCluster Cluster { get; } = cluster;

    protected Guid Workspace { get; } = Guid.CreateVersion7();

    protected ICreditAccountGrain Account => Cluster.Grains.GetGrain<ICreditAccountGrain>(Workspace);

    public async ValueTask InitializeAsync()
    {
        Cluster.Reset();
        Cluster.Jobs.ChunkTarget = TimeSpan.FromSeconds(20);
        Cluster.Jobs.ChunkCutWindow = TimeSpan.Zero;
        Cluster.Jobs.ChunkContext = TimeSpan.Zero;
        Cluster.Decoder.DecodedMs = 60_000;
        Cluster.Probe.Answer = new ProbeAnswer(
            new MediaInfo("wav", 60_000, [new AudioStream(0, "pcm_s16le", 1, 16_000, 60_000, null, true)], null), null);
        Say("Good morning.");
        await Account.Grant(new GrantCredits("test", 100, "test"));
    }

    public ValueTask DisposeAsync()
    {
        Cluster.Reset();
        GC.SuppressFinalize(this);
        return ValueTask.CompletedTask;
    }

    protected void Say(string sentence)
    {
        var words = sentence.Split(' ');
        Cluster.Speech.Script.Clear();
        Cluster.Speech.Script.Add(new SpeechSegment(
            1_000, 2_400, [new(words[0], 1_000, 1_400, true), new(words[1], 1_400, 2_400, true)]));
    }

    protected Task<JobView> RunWithOneFailure()
    {
        Cluster.Speech.Failures.Enqueue(new SpeechException(SpeechFault.Permanent, "broken"));
        return Run();
    }

    protected async Task<JobView> Run(StartJob? command = null)
    {
        var job = NewJob();
        var answer = await job.Start(command ?? await Command());
        Assert.Null(answer.Refusal);
        return await End(job);
    }

    /// <summary>When it answers, two chunks are done and the third is at work.</summary>
    protected async Task<ICaptionJobGrain> StartHoldingTheLastChunk()
    {
        Cluster.Speech.IsHeld = request => request.OperationId.EndsWith("/2", StringComparison.Ordinal);
        Cluster.Speech.Hold();
        var job = NewJob();
        await job.Start(await Command());
        await Until(job, view => view.Chunks.Count(chunk => chunk.State == ChunkProgress.Done) == 2
            && view.Chunks.Any(chunk => chunk.State == ChunkProgress.Running));
        return job;
    }

    protected ICaptionJobGrain NewJob() => Cluster.Grains.GetGrain<ICaptionJobGrain>(Guid.CreateVersion7());

    protected ICaptionJobGrain Job(JobView view) => Cluster.Grains.GetGrain<ICaptionJobGrain>(view.JobId);

    protected async Task<StartJob> Command() =>
        new(Workspace, Guid.CreateVersion7(), await Cluster.ReadyUpload(Workspace), "en", null);

    protected async Task<Cue[]> Cues(JobView job) =>
        [.. (await Cluster.Grains.GetGrain<ICaptionTrackGrain>(job.JobId, "en", null).Get(Workspace))!.Cues];

    protected Task<JobView> End(ICaptionJobGrain job) => Until(job, view => view.IsOver);

    protected async Task<JobView> Until(ICaptionJobGrain job, Func<JobView, bool> isReached)
    {
        using var timeout = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        timeout.CancelAfter(Timeout);
        var after = -1L;
        while (true)
        {
            var view = await job.WaitForEvent(Workspace, after, timeout.Token);
            Assert.NotNull(view);
            if (isReached(view))
            {
                return view;
            }

            after = view.EventNumber;
        }
    }

    protected async Task AssertNothingIsLeft(JobView job, int checkpoints)
    {
        Assert.DoesNotContain(Cluster.Store.Keys, k => k.StartsWith($"jobs/{job.JobId:N}", StringComparison.Ordinal));
        var results = await Task.WhenAll(job.Chunks.Select(chunk => Cluster.Grains.GetGrain<ICaptionChunkGrain>(
            job.JobId, chunk.Index.ToString(CultureInfo.InvariantCulture), null).GetResult()));
        Assert.Equal(checkpoints, results.Count(result => result is not null));
    }
}
