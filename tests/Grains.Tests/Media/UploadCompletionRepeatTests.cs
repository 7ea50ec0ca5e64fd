using Ax2.TestKit;
using Ax2.TestKit.Media;
using Microsoft.Extensions.Logging.Abstractions;
using Xunit;

namespace Ax2.Media;

/// <summary>How a completion ended while nobody waited is no answer to who asks later: the cause may be over.</summary>
public sealed class UploadCompletionRepeatTests
{
    private readonly Guid _id = Guid.CreateVersion7();
    private readonly Guid _workspace = Guid.CreateVersion7();
    private readonly InMemoryObjectStore _store = new();
    private readonly FixedProbe _probe = new();
    private int _concluded;

    [Fact]
    public async Task Wait_FailedBefore_BeginsAnew()
    {
        var completion = await BeginAsync();
        Send();
        _probe.BeforeAnswer = _ => throw new IOException("The disk is full.");
        await EndAsync(completion);
        _probe.BeforeAnswer = _ => Task.CompletedTask;

        Assert.Null(await completion.WaitAsync([]));
        Assert.Equal(1, _concluded);
    }

    [Fact]
    public async Task Wait_PartsWereMissingBefore_BeginsAnew()
    {
        var completion = await BeginAsync();
        await EndAsync(completion);
        Send();

        Assert.Null(await completion.WaitAsync([]));
        Assert.Equal(1, _concluded);
    }

    [Fact]
    public async Task Wait_FailsWhileItWaits_ThrowsItsFault()
    {
        var completion = await BeginAsync();
        Send();
        _probe.BeforeAnswer = _ => throw new IOException("The disk is full.");

        await Assert.ThrowsAsync<IOException>(() => completion.WaitAsync([]));
    }

    private static async Task EndAsync(UploadCompletion completion)
    {
        completion.Begin([]);
        while (completion.IsRunning)
        {
            await Task.Yield();
        }
    }

    private void Send() => _store.PutPart(_store.MultipartOf(UploadPlan.ObjectKey(_workspace, _id)), 1, [1, 2, 3]);

    private async Task<UploadCompletion> BeginAsync()
    {
        var upload = new StoredUpload
        {
            Command = new StartUpload(_workspace, Guid.Empty, "talk.wav", 3, null),
            State = UploadState.Open,
            PartSizeBytes = 3,
            MultipartId = await _store.BeginMultipartAsync(
                UploadPlan.ObjectKey(_workspace, _id), TestContext.Current.CancellationToken),
        };
        return new UploadCompletion(
            _id, new StoredState<StoredUpload>(new ScriptedStorage<StoredUpload>(upload), _ => { }), _store, _probe,
            _ => Task.FromResult(++_concluded), new UploadOptions(), TimeProvider.System,
            NullLogger.Instance);
    }
}
