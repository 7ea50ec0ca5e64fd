using Ax2.Captions.Speech;
using Ax2.Credits;
using Orleans.Runtime;
using Xunit;

namespace Ax2.Jobs;

/// <summary>A job that takes longer than its hold lives must not lose the hold.</summary>
[Collection(nameof(GrainCluster))]
public sealed class HoldExtensionTests(GrainCluster cluster) : IAsyncLifetime
{
    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(20);
    private static readonly TimeSpan Life = new CreditsOptions().HoldLife;
    private readonly Guid workspace = Guid.CreateVersion7();

    private ICreditAccountGrain Account => cluster.Grains.GetGrain<ICreditAccountGrain>(workspace);

    public ValueTask InitializeAsync()
    {
        cluster.Reset();
        cluster.Speech.Script.Add(new SpeechSegment(1_000, 1_400, [new("Good", 1_000, 1_400, true)]));
        return ValueTask.CompletedTask;
    }

    public ValueTask DisposeAsync()
    {
        cluster.Speech.Release();
        return ValueTask.CompletedTask;
    }

    [Fact]
    public async Task LiveJob_ThatOutlivesItsHold_KeepsItAndIsChargedOnce()
    {
        var job = await Begin();
        var first = (await Hold()).ExpiresAt;
        for (var i = 0; i < 4; i++)
        {
            cluster.Clock.Advance((Life / 2) + TimeSpan.FromMinutes(1));
            await Remind(job);
        }

        Assert.True(first < cluster.Clock.GetUtcNow(), "The first hold must be over by now.");
        Assert.InRange((await Hold()).ExpiresAt, cluster.Clock.GetUtcNow() + (Life / 2), DateTimeOffset.MaxValue);
        cluster.Speech.Release();
        var done = await End(job);

        Assert.Equal(JobStage.Done, done.Stage);
        Assert.Equal(new CreditBalance(100 - done.ChargedCredits, 0), await Account.GetBalance());
        Assert.DoesNotContain(cluster.Credits.Entries(workspace), e => e.Kind == EntryKind.HoldExpired);
        Assert.Contains(cluster.Credits.Entries(workspace), e => e.Kind == EntryKind.HoldExtended);
    }

    [Fact]
    public async Task Hold_ThatIsYoung_IsLeftAsItIs()
    {
        var job = await Begin();
        var before = await Hold();
        cluster.Clock.Advance(Life / 4);

        await Remind(job);

        Assert.Equal(before, await Hold());
        cluster.Speech.Release();
        await End(job);
    }

    private async Task<ICaptionJobGrain> Begin()
    {
        await Account.Grant(new GrantCredits("g", 100, "test"));
        cluster.Speech.Hold();
        var job = cluster.Grains.GetGrain<ICaptionJobGrain>(Guid.CreateVersion7());
        var upload = await cluster.ReadyUpload(workspace);
        var answer = await job.Start(new StartJob(workspace, Guid.CreateVersion7(), upload, "en", null));
        Assert.Null(answer.Refusal);
        await cluster.Speech.Entered.WaitAsync(Timeout, TestContext.Current.CancellationToken);
        return job;
    }

    private static Task Remind(ICaptionJobGrain job) =>
        job.AsReference<IRemindable>().ReceiveReminder("drive", default);

    private async Task<HoldView> Hold() => Assert.Single((await Account.GetSummary()).Holds);

    private async Task<JobView> End(ICaptionJobGrain job)
    {
        using var timeout = new CancellationTokenSource(Timeout);
        var number = 0L;
        while (true)
        {
            var view = await job.WaitForEvent(workspace, number, timeout.Token);
            if (view!.FinishedAt is not null)
            {
                return view;
            }

            number = view.EventNumber;
        }
    }
}
