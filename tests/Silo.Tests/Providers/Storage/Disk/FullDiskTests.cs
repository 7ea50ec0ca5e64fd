using System.Collections.Immutable;
using System.Security.Cryptography;
using Ax2.Secrets;
using Ax2.TestKit;
using Ax2.TestKit.Media;
using Xunit;

namespace Ax2.Media;

/// <summary>On a disk that really is full the store says so, keeps what was there, and goes on afterwards.</summary>
[NeedsProcesses]
public sealed class FullDiskTests : IDisposable
{
    private const int DiskKilobytes = 512;
    private static readonly byte[] _small = RandomNumberGenerator.GetBytes(10_000);
    private readonly SmallDisk _disk = SmallDisk.MountOrSkip(DiskKilobytes);
    private readonly DiskStoreOptions _options;
    private readonly DiskObjectStore _store;

    public FullDiskTests()
    {
        _options = new DiskStoreOptions
        {
            Folder = Path.Combine(_disk.Folder, "store"),
            SigningKeyFile = Path.Combine(_disk.Folder, "signing.key"),
        };
        File.WriteAllText(_options.SigningKeyFile, Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(32)) + "\n");
        new DiskObjectLayout(_options.Folder).CreateFolders();
        _store = new DiskObjectStore(_options, TimeProvider.System);
    }

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public void Dispose() => _disk.Dispose();

    [Fact]
    public async Task Put_DiskIsFull_SaysSoKeepsWhatWasThereAndGoesOnWhenThereIsSpace()
    {
        await PutAsync("jobs/1", _small);
        _disk.Fill();

        await AssertFull(() => PutAsync("jobs/1", new byte[200_000]));
        await AssertFull(() => PutAsync("jobs/2", _small));

        Assert.Equal(_small, await ReadAsync("jobs/1"));
        await Assert.ThrowsAsync<ObjectNotFoundException>(() => ReadAsync("jobs/2"));
        Assert.Empty(Directory.EnumerateFiles(new DiskObjectLayout(_options.Folder).Temporary));
        _disk.Free();
        await PutAsync("jobs/2", _small);
        Assert.Equal(_small, await ReadAsync("jobs/2"));
    }

    [Fact]
    public async Task Complete_NoSpaceToJoinTheParts_KeepsThemForARepeat()
    {
        var id = await _store.BeginMultipartAsync("uploads/1", Token);
        ImmutableArray<StoredPart> parts = [WritePart("uploads/1", id, 1), WritePart("uploads/1", id, 2)];
        _disk.Fill();

        await AssertFull(() => _store.CompleteMultipartAsync("uploads/1", id, parts, Token));

        Assert.Equal(parts, await _store.ListPartsAsync("uploads/1", id, Token));
        _disk.Free();
        await _store.CompleteMultipartAsync("uploads/1", id, parts, Token);
        Assert.Equal(2 * _small.Length, (await ReadAsync("uploads/1")).Length);
    }

    [Fact]
    public async Task OpenLocal_NoSpaceForTheCopyInClear_SaysSo()
    {
        using var keys = new KeyFolder();
        _options.Encryption.Keys["one"] = keys.Options("one").Keys["one"];
        _options.Encryption.CurrentKey = "one";
        var encrypted = new DiskObjectStore(_options, TimeProvider.System);
        await encrypted.PutAsync("uploads/2", new MemoryStream(_small), Token);
        _disk.Fill();

        await AssertFull(() => encrypted.OpenLocalAsync("uploads/2", Token));

        _disk.Free();
        await using var local = await encrypted.OpenLocalAsync("uploads/2", Token);
        Assert.Equal(_small, await File.ReadAllBytesAsync(local.Path, Token));
    }

    private static async Task AssertFull(Func<Task> store) => Assert.Equal(
        MediaRefusals.StorageFull, (await Assert.ThrowsAsync<StorageFaultException>(store)).Code);

    private StoredPart WritePart(string key, string id, int number)
    {
        var folder = new DiskObjectLayout(_options.Folder).MultipartFolder(key, id)!;
        var sha256 = Convert.ToHexStringLower(SHA256.HashData(_small));
        using var file = DiskObjectFile.Create(Path.Combine(folder, DiskObjectLayout.NewName()));
        file.Write(_small);
        DiskParts.Commit(file, number, _small.Length, sha256);
        return new StoredPart(number, _small.Length, sha256);
    }

    private async Task PutAsync(string key, byte[] content) =>
        await _store.PutAsync(key, new MemoryStream(content), Token);

    private async Task<byte[]> ReadAsync(string key)
    {
        await using var stored = await _store.OpenReadAsync(key, Token);
        using var copy = new MemoryStream();
        await stored.CopyToAsync(copy, Token);
        return copy.ToArray();
    }
}
