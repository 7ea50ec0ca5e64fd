using Orleans;
using Xunit;

namespace Ax2.Media;

/// <summary>A completion lasts longer than a call: it runs beside the calls, and outlives its activation.</summary>
[Collection(nameof(GrainCluster))]
public sealed class UploadCompletionTests : IDisposable
{
    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(30);

    private readonly Guid _workspace = Guid.CreateVersion7();
    private readonly GrainCluster _cluster;
    private readonly IUploadGrain _upload;
    private readonly SemaphoreSlim _begun = new(0);
    private readonly TaskCompletionSource _answer = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private int _probes;

    public UploadCompletionTests(GrainCluster cluster)
    {
        ArgumentNullException.ThrowIfNull(cluster);
        cluster.Reset();
        _cluster = cluster;
        _upload = cluster.Grains.GetGrain<IUploadGrain>(Guid.CreateVersion7());
        cluster.Probe.BeforeAnswer = async cancellationToken =>
        {
            _probes++;
            _begun.Release();
            await _answer.Task.WaitAsync(cancellationToken);
        };
    }

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public void Dispose() => _begun.Dispose();

    [Fact]
    public async Task Complete_LastsLongerThanACall_IsOpenUntilARepeatFindsItReady()
    {
        await SendAsync();

        AssertUnderWay(await Complete());
        AssertUnderWay(await Complete());
        Assert.Equal(UploadState.Open, (await _upload.Get(_workspace))!.State);
        _answer.SetResult();

        Assert.Equal(UploadState.Ready, (await Complete()).Upload!.State);
        Assert.Equal(1, _probes);
    }

    [Fact]
    public async Task Complete_ByTwoAtOnce_IsOneCompletion()
    {
        await SendAsync();
        var both = new[] { Complete(), Complete() };
        await _begun.WaitAsync(Timeout, Cancellation);
        _answer.SetResult();

        Assert.All(await Task.WhenAll(both), answer => Assert.Equal(UploadState.Ready, answer.Upload!.State));
        Assert.Equal(1, _probes);
    }

    [Fact]
    public async Task Get_AfterTheActivationOfACompletionEnded_GoesOnWithIt()
    {
        await SendAsync();
        var cutOff = Complete();
        await _begun.WaitAsync(Timeout, Cancellation);
        AssertUnderWay(await cutOff);
        await _cluster.Deactivate(_upload);

        await _upload.Get(_workspace);
        Assert.True(await _begun.WaitAsync(Timeout, Cancellation), "It was not begun again.");
        _answer.SetResult();

        Assert.Equal(UploadState.Ready, (await Complete()).Upload!.State);
        Assert.Equal(2, _probes);
    }

    [Fact]
    public async Task Delete_WhileItIsCompleted_EndsThatAndLeavesNoBytes()
    {
        await SendAsync();
        var completing = Complete();
        await _begun.WaitAsync(Timeout, Cancellation);

        Assert.True(await _upload.Delete(_workspace).WaitAsync(Timeout, Cancellation));

        Assert.Equal(MediaRefusals.UploadDeleted, (await completing).Refusal!.Code);
        Assert.Equal(UploadState.Deleted, (await _upload.Get(_workspace))!.State);
        Assert.Empty(_cluster.Store.Keys);
        Assert.Equal(0, _cluster.Store.OpenMultiparts);
    }

    [Fact]
    public async Task DeleteRecord_WhileItIsCompleted_LeavesNothing()
    {
        await SendAsync();
        var completing = Complete();
        await _begun.WaitAsync(Timeout, Cancellation);

        await _upload.DeleteRecord(_workspace).WaitAsync(Timeout, Cancellation);

        await completing;
        Assert.Null(await _upload.Get(_workspace));
        Assert.Empty(_cluster.Store.Keys);
    }

    private Task<UploadAnswer> Complete() => _upload.Complete(_workspace, []).WaitAsync(Timeout, Cancellation);

    private async Task SendAsync()
    {
        var begun = await _upload.Start(new StartUpload(_workspace, Guid.Empty, "talk.mp4", 3, null));
        _cluster.Store.Send(begun.Upload!.Parts.Single().Url!, [1, 2, 3]);
    }

    private static void AssertUnderWay(UploadAnswer answer) =>
        Assert.Equal((UploadState.Open, null), (answer.Upload!.State, answer.Refusal));
}
