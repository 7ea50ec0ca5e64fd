using Xunit;

namespace Ax2.Media;

[Collection(nameof(GrainCluster))]
public sealed class UploadQuotaTests
{
    private readonly Guid _workspace = Guid.CreateVersion7();
    private readonly GrainCluster _cluster;

    public UploadQuotaTests(GrainCluster cluster)
    {
        _cluster = cluster;
        cluster.Reset();
    }

    [Fact]
    public async Task Start_BeyondTheOpenOnes_IsRefusedUntilOneEnds()
    {
        _cluster.Uploads.MaxOpenPerWorkspace = 2;
        var first = await Begin(3);
        await Begin(3);

        var refusal = await Refused(3);

        Assert.Equal((MediaRefusals.TooManyOpen, 2), (refusal.Code, refusal.Figures!["maxOpen"]));
        Assert.Null((await Start(3, Guid.CreateVersion7())).Answer.Refusal);
        await first.Delete(_workspace);
        await Begin(3);
    }

    [Fact]
    public async Task Start_BeyondTheBytes_IsRefusedUntilFilesAreDeleted()
    {
        _cluster.Uploads.MaxBytesPerWorkspace = 10;
        var id = await _cluster.ReadyUpload(_workspace);
        await Begin(7);

        var refusal = await Refused(1);

        Assert.Equal((MediaRefusals.StorageFull, 10), (refusal.Code, refusal.Figures!["maxBytes"]));
        await _cluster.Grains.GetGrain<IUploadGrain>(id).Delete(_workspace);
        await Begin(3);
        await Refused(1);
    }

    [Fact]
    public async Task Start_BeyondTheFiles_IsRefused()
    {
        _cluster.Uploads.MaxFilesPerWorkspace = 1;
        await _cluster.ReadyUpload(_workspace);

        Assert.Equal(MediaRefusals.StorageFull, (await Refused(1)).Code);
    }

    [Fact]
    public async Task Start_ManyAtOnce_StayWithinTheBytes()
    {
        _cluster.Uploads.MaxBytesPerWorkspace = 10;

        var answers = await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => Start(3)));

        Assert.Equal(3, answers.Count(started => started.Answer.Refusal is null));
    }

    [Fact]
    public async Task ReadyUpload_IsNotOpenAnyMore()
    {
        _cluster.Uploads.MaxOpenPerWorkspace = 1;
        await _cluster.ReadyUpload(_workspace);

        await Begin(3);
    }

    [Fact]
    public async Task RejectedUpload_TakesNoRoom()
    {
        _cluster.Uploads.MaxBytesPerWorkspace = 3;
        _cluster.Probe.Answer = new ProbeAnswer(null, new Refusal(MediaRefusals.NotMedia, "No media."));
        var (upload, answer) = await Start(3);
        _cluster.Store.PutPart(_cluster.Store.MultipartOf(answer.Upload!.ObjectKey), 1, [1, 2, 3]);
        Assert.Equal(MediaRefusals.NotMedia, (await upload.Complete(_workspace, [])).Refusal!.Code);

        await Begin(3);
    }

    [Fact]
    public async Task Reserve_ThatNoUploadFollowed_EndsByItself()
    {
        _cluster.Uploads.MaxOpenPerWorkspace = 1;
        var quota = _cluster.Grains.GetGrain<IUploadQuotaGrain>(_workspace);
        var lost = Guid.CreateVersion7();
        Assert.Null(await quota.Reserve(lost, 3));
        Assert.Null(await quota.Reserve(lost, 3));
        await Refused(3);

        _cluster.Clock.Advance(_cluster.Uploads.Lifetime + TimeSpan.FromDays(1));

        await Begin(3);
    }

    [Fact]
    public async Task Zero_IsNoLimit()
    {
        _cluster.Uploads.MaxOpenPerWorkspace = 0;
        _cluster.Uploads.MaxFilesPerWorkspace = 0;
        _cluster.Uploads.MaxBytesPerWorkspace = 0;

        await Begin(3);
        await Begin(3);
    }

    private async Task<IUploadGrain> Begin(long bytes)
    {
        var (upload, answer) = await Start(bytes);
        Assert.Null(answer.Refusal);
        return upload;
    }

    private async Task<Refusal> Refused(long bytes)
    {
        var (_, answer) = await Start(bytes);
        Assert.Null(answer.Upload);
        return answer.Refusal!;
    }

    private async Task<(IUploadGrain Upload, UploadAnswer Answer)> Start(long bytes, Guid? workspace = null)
    {
        var upload = _cluster.Grains.GetGrain<IUploadGrain>(Guid.CreateVersion7());
        return (upload, await upload.Start(
            new StartUpload(workspace ?? _workspace, Guid.CreateVersion7(), "talk.wav", bytes, null)));
    }
}
