using Ax2.Jobs;
using Ax2.Jobs.Queue;
using Ax2.Media;
using Ax2.Users;
using Orleans.Runtime;
using Xunit;

namespace Ax2;

/// <summary>A grain that is prepared for one write, which a reader can watch.</summary>
/// <param name="Write">One call that writes the grain's state first, and changes what is read.</param>
/// <param name="Read">A call that interleaves with it, and no other write; compared by equality.</param>
internal sealed record InterleavingRead(IAddressable Grain, Func<Task> Write, Func<Task<object?>> Read);

/// <summary>
/// Every grain that can be read while it writes its state: one row or more for each. What all of them must do is in
/// <see cref="InterleavingReadTests"/>.
/// </summary>
internal static class InterleavingReads
{
    private static readonly Guid Workspace = Guid.CreateVersion7();

    internal static IReadOnlyList<(Type Grain, string Write, Func<GrainCluster, Task<InterleavingRead>> Prepare)> All
    { get; } =
    [
        (typeof(UserGrain), "register", cluster => Task.FromResult(Register(User(cluster)))),
        (typeof(UserGrain), "set plan", SetPlan),
        (typeof(UploadGrain), "start", cluster => Task.FromResult(Start(Upload(cluster)))),
        (typeof(UploadGrain), "delete", Delete),
        (typeof(CaptionJobGrain), "start", BeginJob),
        (typeof(WorkQueueGrain), "pause", cluster => Task.FromResult(Pause(cluster))),
    ];

    private static InterleavingRead Register(IUserGrain user) => new(
        user,
        () => user.Register(
            new RegisterUser($"user-{user.GetPrimaryKey():N}@example.com", "correct horse", ""),
            TestContext.Current.CancellationToken),
        async () => (await user.GetProfile())?.Email);

    private static async Task<InterleavingRead> SetPlan(GrainCluster cluster)
    {
        var user = User(cluster);
        await Register(user).Write();
        return new(user, () => user.SetPlan("business"), async () => await user.GetProfile());
    }

    private static InterleavingRead Start(IUploadGrain upload) => new(
        upload,
        () => upload.Start(new StartUpload(Workspace, Guid.Empty, "talk.mp4", 3, null)),
        async () => (await upload.Get(Workspace))?.State);

    private static async Task<InterleavingRead> Delete(GrainCluster cluster)
    {
        var upload = Upload(cluster);
        await Start(upload).Write();
        return Start(upload) with { Write = () => upload.Delete(Workspace) };
    }

    private static async Task<InterleavingRead> BeginJob(GrainCluster cluster)
    {
        var job = cluster.Grains.GetGrain<ICaptionJobGrain>(Guid.CreateVersion7());
        var command = new StartJob(
            Workspace, Guid.CreateVersion7(), await cluster.ReadyUpload(Workspace), "en", null);
        return new(job, () => job.Start(command), async () => (await job.Get(Workspace))?.JobId);
    }

    /// <summary>A queue that no job and no silo knows.</summary>
    private static InterleavingRead Pause(GrainCluster cluster)
    {
        var queue = cluster.Grains.GetGrain<IWorkQueueGrain>(Guid.CreateVersion7().GetHashCode());
        return new(queue, () => queue.SetPaused(true), async () => (await queue.GetView()).IsPaused);
    }

    private static IUserGrain User(GrainCluster cluster) =>
        cluster.Grains.GetGrain<IUserGrain>(Guid.CreateVersion7());

    private static IUploadGrain Upload(GrainCluster cluster) =>
        cluster.Grains.GetGrain<IUploadGrain>(Guid.CreateVersion7());
}
