using System.Text.Json;
using Ax2.Credits;
using Ax2.Users;
using Xunit;

namespace Ax2.Jobs;

/// <summary>A job stands in line by the plan that its user had when it was accepted.</summary>
[Collection(nameof(GrainCluster))]
public sealed class JobPlanTests(GrainCluster cluster) : IAsyncLifetime
{
    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(20);
    private readonly Guid workspace = Guid.CreateVersion7();
    private readonly IUserGrain user = cluster.Grains.GetGrain<IUserGrain>(Guid.CreateVersion7());
    private readonly ICaptionJobGrain job = cluster.Grains.GetGrain<ICaptionJobGrain>(Guid.CreateVersion7());

    private IWorkQueueGrain Queue => cluster.Grains.GetGrain<IWorkQueueGrain>(0);

    public async ValueTask InitializeAsync()
    {
        cluster.Reset();
        await cluster.Grains.GetGrain<ICreditAccountGrain>(workspace).Grant(new GrantCredits("test", 100, "test"));
    }

    public async ValueTask DisposeAsync() => await Queue.SetPaused(false);

    [Theory]
    [InlineData("standard")]
    [InlineData("business")]
    public async Task Job_AsksForSlots_WithTheUsersPlan(string plan)
    {
        await Register(plan);

        await Run(() => Task.CompletedTask);

        Assert.Equal([plan], PlansAskedWith());
    }

    [Fact]
    public async Task Job_WhoseUserChangesThePlan_KeepsItsOwnOverARestart()
    {
        await Register("business");
        await Queue.SetPaused(true);

        await Run(async () =>
        {
            await user.SetPlan("standard");
            await cluster.Deactivate(job);
            Assert.NotNull(await job.Get(workspace));
            await Queue.SetPaused(false);
        });

        Assert.Equal(["business"], PlansAskedWith());
    }

    [Fact]
    public async Task Job_OfWhoeverIsNotRegistered_IsOfTheStandardPlan()
    {
        await Run(() => Task.CompletedTask);

        Assert.Equal(["standard"], PlansAskedWith());
    }

    [Fact]
    public void State_OfBeforeThereWerePlans_IsOfTheStandardOne()
    {
        Assert.Equal("standard", JsonSerializer.Deserialize<CaptionJobState>("""{"V":2}""")!.Plan);
        Assert.Equal("standard", JsonSerializer.Deserialize<UserState>("""{"V":1}""")!.Plan);
    }

    private async Task Register(string plan)
    {
        var email = $"user-{Guid.CreateVersion7():N}@example.com";
        Assert.NotNull((await user.Register(
            new RegisterUser(email, "a long enough password", ""), TestContext.Current.CancellationToken)).Profile);
        Assert.NotNull(await user.SetPlan(plan));
    }

    /// <summary>Starts the job and waits for its end.</summary>
    private async Task Run(Func<Task> meanwhile)
    {
        var ended = new TaskCompletionSource<JobView>(TaskCreationOptions.RunContinuationsAsynchronously);
        cluster.Index.Written += view => _ = view.IsOver && ended.TrySetResult(view);
        var upload = await cluster.ReadyUpload(workspace);
        var answer = await job.Start(new StartJob(workspace, user.GetPrimaryKey(), upload, "en", null));
        Assert.Null(answer.Refusal);
        await meanwhile();
        var over = await ended.Task.WaitAsync(Timeout, TestContext.Current.CancellationToken);
        Assert.Equal(JobStage.Done, over.Stage);
    }

    private IEnumerable<string> PlansAskedWith() =>
        cluster.SlotRequests.Of(job.GetPrimaryKey()).Select(request => request.Plan).Distinct();
}
