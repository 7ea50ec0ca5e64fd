using System.Security.Cryptography;
using Orleans;
using Orleans.Runtime;
using Xunit;

namespace Ax2.Media;

[Collection(nameof(GrainCluster))]
public sealed class UploadGrainTests(GrainCluster cluster) : IAsyncLifetime
{
    private const long PartBytes = 8 * 1024 * 1024;

    private readonly Guid _workspace = Guid.CreateVersion7();
    private readonly IUploadGrain _upload = cluster.Grains.GetGrain<IUploadGrain>(Guid.CreateVersion7());

    public ValueTask InitializeAsync()
    {
        cluster.Reset();
        return ValueTask.CompletedTask;
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    [Fact]
    public async Task Start_File_AnswersItsPartsWithLinks()
    {
        var upload = (await _upload.Start(File(PartBytes + 3))).Upload!;
        Assert.Equal(UploadState.Open, upload.State);
        Assert.Equal([(1, PartBytes), (2, 3L)], upload.Parts.Select(p => (p.Number, p.SizeBytes)));
        Assert.All(upload.Parts, p => Assert.True(!p.Received && p.Url is not null && p.Sha256 is null));
        Assert.Equal($"uploads/{_workspace:N}/{_upload.GetPrimaryKey():N}", upload.ObjectKey);
        Assert.Null(upload.PlaybackUrl);
    }

    [Fact]
    public async Task Start_Again_IsTheSameUpload()
    {
        await _upload.Start(File(3));
        var again = await _upload.Start(File(3));
        Assert.Null(again.Refusal);
        Assert.Equal(1, cluster.Store.OpenMultiparts);
        await Assert.ThrowsAsync<InvalidOperationException>(() => _upload.Start(File(4)));
    }

    [Theory]
    [InlineData("talk.mp4", 0, MediaRefusals.FileEmpty)]
    [InlineData("talk.mp4", -1, MediaRefusals.FileEmpty)]
    [InlineData("talk.mp4", (5L << 30) + 1, MediaRefusals.FileTooLarge)]
    [InlineData("\r\n", 3, MediaRefusals.FileNameInvalid)]
    public async Task Start_UnfitFile_IsRefusedAndLeavesNothing(string name, long size, string code)
    {
        var answer = await _upload.Start(new StartUpload(_workspace, Guid.Empty, name, size, null));
        Assert.Equal(code, answer.Refusal!.Code);
        Assert.Null(await _upload.Get(_workspace));
        Assert.Equal((0, 0), (cluster.Store.OpenMultiparts, cluster.Storage.WritesOf(_upload)));
    }

    [Fact]
    public async Task Complete_AllPartsIn_IsReadyAndGoneIntoOneObject()
    {
        var upload = await SendAsync([1, 2, 3]);
        var answer = await _upload.Complete(_workspace, [new PartChecksum(1, Sha256([1, 2, 3]))]);
        Assert.Null(answer.Refusal);
        Assert.Equal(UploadState.Ready, answer.Upload!.State);
        Assert.Equal(10_000, answer.Upload.Media!.DurationMs);
        Assert.NotNull(answer.Upload.PlaybackUrl);
        Assert.Equal([upload.ObjectKey], cluster.Store.Keys);
        Assert.Equal(0, cluster.Store.OpenMultiparts);
        Assert.Equal(UploadState.Ready, (await _upload.Complete(_workspace, [])).Upload!.State);
    }

    [Fact]
    public async Task Complete_PartMissing_StaysOpenAndSaysWhich()
    {
        await _upload.Start(File(3));
        var answer = await _upload.Complete(_workspace, []);
        Assert.Equal(MediaRefusals.PartMissing, answer.Refusal!.Code);
        Assert.Equal(1, answer.Refusal.Figures!["partNumber"]);
        Assert.Equal(UploadState.Open, answer.Upload!.State);
    }

    [Fact]
    public async Task Complete_WrongChecksum_AsksForThePartAgain()
    {
        await SendAsync([1, 2, 3]);
        var answer = await _upload.Complete(_workspace, [new PartChecksum(1, Sha256([4, 5, 6]))]);
        Assert.Equal(MediaRefusals.PartChecksumMismatch, answer.Refusal!.Code);
        cluster.Store.Send(answer.Upload!.Parts.Single().Url!, [4, 5, 6]);
        Assert.Null((await _upload.Complete(_workspace, [new PartChecksum(1, Sha256([4, 5, 6]))])).Refusal);
    }

    [Fact]
    public async Task Complete_NoMedia_IsRejectedAndLeavesNoBytes()
    {
        cluster.Probe.Answer = new ProbeAnswer(null, new Refusal(MediaRefusals.NotMedia, "No media."));
        await SendAsync([1, 2, 3]);
        for (var i = 0; i < 2; i++)
        {
            var answer = await _upload.Complete(_workspace, []);
            Assert.Equal((MediaRefusals.NotMedia, UploadState.Rejected), (answer.Refusal!.Code, answer.Upload!.State));
        }

        AssertNoBytes();
    }

    [Fact]
    public async Task Complete_MediaTooLong_IsRejectedWithTheFigures()
    {
        cluster.Probe.Answer = new ProbeAnswer(cluster.Probe.Answer.Media! with { DurationMs = 36_000_001 }, null);
        await SendAsync([1, 2, 3]);
        var refusal = (await _upload.Complete(_workspace, [])).Refusal!;
        Assert.Equal(MediaRefusals.MediaTooLong, refusal.Code);
        Assert.Equal((36_000_001, 36_000_000), (refusal.Figures!["durationMs"], refusal.Figures["maxDurationMs"]));
        AssertNoBytes();
    }

    [Theory]
    [InlineData("before complete")]
    [InlineData("after complete")]
    public async Task Complete_CutOffWhileJoining_HealsOnRepeat(string moment)
    {
        await SendAsync([1, 2, 3]);
        CutOffOnce(moment);
        await Assert.ThrowsAnyAsync<Exception>(() => _upload.Complete(_workspace, []));
        await cluster.Deactivate(_upload);
        Assert.Equal(UploadState.Ready, (await _upload.Complete(_workspace, [])).Upload!.State);
    }

    [Fact]
    public async Task Complete_ReadyStateNotStored_HealsOnRepeat()
    {
        await SendAsync([1, 2, 3]);
        cluster.Store.OnEffect = effect =>
        {
            if (effect != "after complete") return;
            cluster.Store.OnEffect = _ => { };
            cluster.Storage.FailNextWriteOf(_upload);
        };
        await Assert.ThrowsAnyAsync<Exception>(() => _upload.Complete(_workspace, []));
        Assert.Equal(UploadState.Ready, (await _upload.Complete(_workspace, [])).Upload!.State);
    }

    [Theory]
    [InlineData("before abort")]
    [InlineData("before delete")]
    public async Task Delete_CutOffWhileRemoving_HealsOnRepeatAndByReminder(string moment)
    {
        foreach (var heal in (Func<IUploadGrain, Task>[])[u => u.Delete(_workspace), RemindAsync])
        {
            var upload = cluster.Grains.GetGrain<IUploadGrain>(Guid.CreateVersion7());
            await ReadyAsync(upload);
            CutOffOnce(moment);
            await Assert.ThrowsAnyAsync<Exception>(() => upload.Delete(_workspace));
            await cluster.Deactivate(upload);
            await heal(upload);
            AssertNoBytes();
        }
    }

    [Fact]
    public async Task Delete_OpenOrReady_RemovesTheBytes()
    {
        await SendAsync([1, 2, 3]);
        Assert.True(await _upload.Delete(_workspace));
        Assert.True(await _upload.Delete(_workspace));
        AssertNoBytes();
        Assert.Equal(UploadState.Deleted, (await _upload.Get(_workspace))!.State);
        Assert.Equal(MediaRefusals.UploadDeleted, (await _upload.Complete(_workspace, [])).Refusal!.Code);

        var ready = cluster.Grains.GetGrain<IUploadGrain>(Guid.CreateVersion7());
        await ReadyAsync(ready);
        Assert.True(await ready.Delete(_workspace));
        AssertNoBytes();
    }

    [Fact]
    public async Task AnyCall_OfAnotherWorkspace_FindsNothing()
    {
        await SendAsync([1, 2, 3]);
        var stranger = Guid.CreateVersion7();
        Assert.Null(await _upload.Get(stranger));
        Assert.False(await _upload.Delete(stranger));
        Assert.Equal(MediaRefusals.UploadUnknown, (await _upload.Complete(stranger, [])).Refusal!.Code);
        Assert.True((await _upload.Get(_workspace))!.Parts.Single().Received);
    }

    [Fact]
    public async Task Get_AfterReactivation_KnowsWhichPartsAreIn()
    {
        var upload = (await _upload.Start(File(PartBytes + 3))).Upload!;
        cluster.Store.Send(upload.Parts[1].Url!, [1, 2, 3]);
        await cluster.Deactivate(_upload);
        var parts = (await _upload.Get(_workspace))!.Parts;
        Assert.Equal([(false, null), (true, Sha256([1, 2, 3]))], parts.Select(p => (p.Received, p.Sha256)));
        Assert.Equal([true, false], parts.Select(p => p.Url is not null));
    }

    [Fact]
    public async Task Get_RecordIsDeletedMeanwhile_AnswersWhatItReadBefore()
    {
        await SendAsync([1, 2, 3]);
        var (listing, listed) = (new TaskCompletionSource(), new TaskCompletionSource());
        cluster.Store.BeforeList = () =>
        {
            listing.SetResult();
            return listed.Task;
        };

        var read = _upload.Get(_workspace);
        await listing.Task;
        await _upload.DeleteRecord(_workspace);
        listed.SetResult();

        Assert.Equal(UploadState.Open, (await read)!.State);
        Assert.Null(await _upload.Get(_workspace));
    }

    [Fact]
    public async Task Reminder_BeforeTheTime_LeavesTheUploadOpen()
    {
        await SendAsync([1, 2, 3]);
        await RemindAsync(_upload);
        Assert.Equal(UploadState.Open, (await _upload.Get(_workspace))!.State);
    }

    [Fact]
    public async Task Reminder_OfAnUploadNeverCompleted_RemovesIt()
    {
        cluster.Uploads.Lifetime = TimeSpan.FromTicks(1);
        await SendAsync([1, 2, 3]);
        await RemindAsync(_upload);
        AssertNoBytes();
        Assert.Equal(UploadState.Deleted, (await _upload.Get(_workspace))!.State);
    }

    /// <summary>Else each reminder's activation would begin anew what fails each time.</summary>
    [Fact]
    public async Task Reminder_OfAnUploadWhoseCompletionFailed_RemovesIt()
    {
        cluster.Uploads.Lifetime = TimeSpan.FromTicks(1);
        await SendAsync([1, 2, 3]);
        CutOffOnce("before complete");
        await Assert.ThrowsAnyAsync<Exception>(() => _upload.Complete(_workspace, []));
        await cluster.Deactivate(_upload);
        await RemindAsync(_upload);
        AssertNoBytes();
    }

    private StartUpload File(long size) => new(_workspace, Guid.Empty, "talk.mp4", size, "video/mp4");

    [Theory]
    [InlineData("before complete")]
    [InlineData("after complete")]
    public async Task Complete_NoSpace_SaysSoAndGoesOnWhenRepeated(string moment)
    {
        await SendAsync([1, 2, 3]);
        cluster.Store.OnEffect = effect =>
        {
            if (effect == moment) throw new StorageFaultException(NoSpace.Code, "The disk is full.");
        };
        var full = await Assert.ThrowsAsync<StorageFaultException>(() => _upload.Complete(_workspace, []));
        cluster.Store.OnEffect = _ => { };
        Assert.Equal(MediaRefusals.StorageFull, full.Code);
        Assert.Equal(UploadState.Open, (await _upload.Get(_workspace))!.State);
        Assert.Equal(UploadState.Ready, (await _upload.Complete(_workspace, [])).Upload!.State);
    }

    private async Task<UploadView> SendAsync(byte[] content)
    {
        var upload = (await _upload.Start(File(content.Length))).Upload!;
        cluster.Store.Send(upload.Parts.Single().Url!, content);
        return upload;
    }

    private async Task ReadyAsync(IUploadGrain grain)
    {
        var upload = (await grain.Start(File(1))).Upload!;
        cluster.Store.Send(upload.Parts.Single().Url!, [1]);
        await grain.Complete(_workspace, []);
    }

    private void CutOffOnce(string moment) => cluster.Store.OnEffect = effect =>
    {
        if (effect != moment) return;
        cluster.Store.OnEffect = _ => { };
        throw new IOException("The store went away.");
    };

    private static Task RemindAsync(IUploadGrain grain) =>
        grain.AsReference<IRemindable>().ReceiveReminder("expire", default);

    private void AssertNoBytes()
    {
        Assert.Empty(cluster.Store.Keys);
        Assert.Equal(0, cluster.Store.OpenMultiparts);
    }

    private static string Sha256(byte[] content) => Convert.ToHexStringLower(SHA256.HashData(content));
}
