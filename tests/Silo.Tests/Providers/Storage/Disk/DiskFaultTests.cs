using System.Security.Cryptography;
using Ax2.Captions.Speech;
using Ax2.Jobs;
using Ax2.Jobs.Chunks;
using Ax2.Outages;
using Ax2.TestKit.Speech;
using Microsoft.Extensions.Options;
using Xunit;

namespace Ax2.Media;

/// <summary>A disk that fails is an outage of the store: nothing on it counts as deleted or unknown.</summary>
public sealed class DiskFaultTests : IDisposable
{
    private static readonly ChunkSpan Span = new(0, 0, 4_000, 0, 4_000);
    private readonly string _root = Directory.CreateTempSubdirectory("ax2-fault-").FullName;
    private readonly DiskObjectLayout _layout;
    private readonly DiskObjectStore _store;

    public DiskFaultTests()
    {
        var options = new DiskStoreOptions
        {
            Folder = Path.Combine(_root, "store"),
            SigningKeyFile = Path.Combine(_root, "signing.key"),
        };
        File.WriteAllText(options.SigningKeyFile, Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(32)) + "\n");
        _layout = new DiskObjectLayout(options.Folder);
        _layout.CreateFolders();
        _store = new DiskObjectStore(options, TimeProvider.System);
    }

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public void Dispose() => Directory.Delete(_root, recursive: true);

    [Fact]
    public async Task OpenLocal_FolderCannotBeLookedUp_SaysThatTheStoreIsAway()
    {
        LinkToItself(Path.Combine(_layout.Objects, "uploads"));

        await AssertAway(() => _store.OpenLocalAsync("uploads/1", Token));
    }

    [Fact]
    public async Task Complete_PartsCannotBeLookedUp_SaysThatTheStoreIsAway()
    {
        LinkToItself(_layout.MultipartFolder("uploads/1", DiskObjectLayout.MultipartId("uploads/1"))!);

        await AssertAway(CompleteAsync);
    }

    /// <summary>The parts are gone: the object decides whether it is a repeat.</summary>
    [Fact]
    public async Task Complete_ObjectCannotBeLookedUp_SaysThatTheStoreIsAway()
    {
        LinkToItself(Path.Combine(_layout.Objects, "uploads"));

        await AssertAway(CompleteAsync);
    }

    [Fact]
    public async Task Recognize_AudioCannotBeReadOn_IsAFaultOfTheStoreAndNotOfTheEngine()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "Only Linux has a file that opens and cannot be read.");
        var job = Guid.CreateVersion7();
        var audio = _layout.ObjectFile(ChunkSpan.AudioKey(job, 0));
        Directory.CreateDirectory(Path.GetDirectoryName(audio)!);
        // Nothing is mapped at its start: a read there fails with EIO.
        File.CreateSymbolicLink(audio, "/proc/self/mem");
        var engines = new SpeechEngines([new ScriptedRecognizer()], Options.Create(new SpeechOptions()));
        var command = new BeginChunk(Guid.CreateVersion7(), Guid.CreateVersion7(), Span, "en", null);
        var recognition = new ChunkRecognition(_store, engines, job, command) { Processed = _ => { } };

        var fault = await AssertAway(() => recognition.RunAsync(1, Token));

        var chunk = ChunkFlow.Faulted(
            new CaptionChunkState { Span = Span }, fault, new JobOptions(), DateTimeOffset.UnixEpoch, draw: 0.5);
        Assert.Equal(
            (JobRefusals.Internal, 0, 1), (chunk.Refusal?.Code, chunk.Failures, chunk.ReadFailures));
    }

    /// <summary>Nothing below such a link can be looked up (ELOOP), by root neither.</summary>
    private static void LinkToItself(string path) => File.CreateSymbolicLink(path, path);

    private Task CompleteAsync() => _store.CompleteMultipartAsync(
        "uploads/1", DiskObjectLayout.MultipartId("uploads/1"), [new StoredPart(1, 1, new string('0', 64))], Token);

    private static async Task<StorageFaultException> AssertAway(Func<Task> use)
    {
        var fault = await Assert.ThrowsAsync<StorageFaultException>(use);
        Assert.Equal(StorageFaults.Unavailable, fault.Code);
        return fault;
    }
}
