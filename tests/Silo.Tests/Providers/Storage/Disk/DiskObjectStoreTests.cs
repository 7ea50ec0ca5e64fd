using System.Security.Cryptography;
using System.Web;
using Ax2.Outages;
using Ax2.TestKit.Media;
using Microsoft.Extensions.Time.Testing;
using Xunit;

namespace Ax2.Media;

public sealed class DiskObjectStoreTests : ObjectStoreConformance, IDisposable
{
    private readonly string _root = Directory.CreateTempSubdirectory("ax2-store-").FullName;
    private readonly DiskStoreOptions _options;
    private readonly DiskObjectLayout _layout;

    public DiskObjectStoreTests()
    {
        _options = new DiskStoreOptions
        {
            Folder = Path.Combine(_root, "store"),
            SigningKeyFile = Path.Combine(_root, "signing.key"),
        };
        File.WriteAllText(_options.SigningKeyFile, Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(32)) + "\n");
        _layout = new DiskObjectLayout(_options.Folder);
        Store = new DiskObjectStore(_options, TimeProvider.System);
    }

    protected override IObjectStore Store { get; }

    /// <summary>As the API does it: a file of another name, then the name that says what it is.</summary>
    protected override Task SendPartAsync(string url, byte[] bytes)
    {
        var key = url.Split('?')[0][DiskObjectLink.PathPrefix.Length..];
        var query = HttpUtility.ParseQueryString(url.Split('?')[1]);
        var folder = _layout.MultipartFolder(key, query[DiskPartLink.MultipartField]!)!;
        var number = int.Parse(query[DiskPartLink.NumberField]!, System.Globalization.CultureInfo.InvariantCulture);
        using var file = DiskObjectFile.Create(Path.Combine(folder, DiskObjectLayout.NewName()));
        file.Write(bytes);
        DiskParts.Commit(file, number, bytes.Length, Stored(number, bytes).Sha256);
        return Task.CompletedTask;
    }

    [Theory]
    [InlineData("../outside")]
    [InlineData("a/../../outside")]
    [InlineData("/etc/passwd")]
    [InlineData("a//b")]
    [InlineData("a/.hidden")]
    [InlineData("a\\b")]
    [InlineData("A")]
    [InlineData("a\0")]
    [InlineData("")]
    public async Task Put_KeyThatIsNoKey_Throws(string key)
    {
        await Assert.ThrowsAsync<ArgumentException>(() => Store.PutAsync(key, new MemoryStream([1]), Token));
        Assert.False(Directory.Exists(_options.Folder));
    }

    [Fact]
    public async Task Put_BrokenOff_LeavesNoFileAndNoFolder()
    {
        _layout.CreateFolders();
        await Put_SourceThatBreaksOff_LeavesNoObject();
        await Assert.ThrowsAnyAsync<Exception>(
            () => Store.PutAsync("jobs/0a/audio/0.pcm", new BreakingStream(1000), Token));

        Assert.Empty(Directory.EnumerateFiles(_options.Folder, "*", SearchOption.AllDirectories));
        Assert.Empty(Left());
    }

    /// <summary>A file where a folder should be, and the reverse: root may do what permissions forbid.</summary>
    [Fact]
    public async Task PutAndRead_FolderCannotBeUsed_SayThatTheStoreIsAway()
    {
        Directory.CreateDirectory(_layout.ObjectFile("jobs/1"));
        Directory.CreateDirectory(Path.GetDirectoryName(_layout.Temporary)!);
        await File.WriteAllTextAsync(_layout.Temporary, "", Token);

        foreach (var use in (Func<Task>[])[
            () => Store.PutAsync("jobs/2", new MemoryStream([1]), Token), () => Store.OpenReadAsync("jobs/1", Token)])
        {
            Assert.Equal(StorageFaults.Unavailable, (await Assert.ThrowsAsync<StorageFaultException>(use)).Code);
        }
    }

    [Fact]
    public async Task Delete_LastObjectOfAFolder_RemovesTheFolders()
    {
        await Store.PutAsync("jobs/0a/audio/0.pcm", new MemoryStream([1]), Token);
        await Store.PutAsync("jobs/0a/audio/1.pcm", new MemoryStream([2]), Token);
        await Store.PutAsync("uploads/0b", new MemoryStream([3]), Token);

        await Store.DeleteAsync("jobs/0a/audio/0.pcm", Token);
        Assert.Equal([2], await ReadAsync("jobs/0a/audio/1.pcm"));
        await Store.DeleteAsync("jobs/0a/audio/1.pcm", Token);

        Assert.Equal(["uploads", "uploads/0b"], Left());
        await Store.PutAsync("jobs/0a/audio/0.pcm", new MemoryStream([4]), Token);
        Assert.Equal([4], await ReadAsync("jobs/0a/audio/0.pcm"));
    }

    [Fact]
    public async Task Delete_NoObjectInAnEmptyFolder_RemovesTheFolders()
    {
        Directory.CreateDirectory(Path.Combine(_layout.Objects, "jobs", "0a", "audio"));

        await Store.DeleteAsync("jobs/0a/audio/0.pcm", Token);

        Assert.Empty(Left());
    }

    [Fact]
    public async Task Delete_OfTheLastObjectTwiceAtOnce_BothSucceed()
    {
        using var together = new Barrier(2);
        for (var n = 0; n < 200; n++)
        {
            await Store.PutAsync("jobs/0a/audio/0.pcm", new MemoryStream([1]), Token);
            await Task.WhenAll(Enumerable.Range(0, 2).Select(_ => Task.Run(async () =>
            {
                together.SignalAndWait(Token);
                await Store.DeleteAsync("jobs/0a/audio/0.pcm", Token);
            })));
        }

        Assert.Empty(Left());
    }

    /// <summary>Folders are removed all the while, and so also between their making and the rename into them.</summary>
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Put_WhileItsFolderIsRemovedAgainAndAgain_LosesNothing(bool isMultipart)
    {
        var keys = Enumerable.Range(0, 100).Select(n => $"jobs/{n}/audio/0.pcm").ToArray();
        var current = keys[0];
        using var over = new CancellationTokenSource();
        var remover = Task.Run(() =>
        {
            while (!over.IsCancellationRequested)
            {
                DiskSweep.RemoveEmptyAbove(_layout.ObjectFile(Volatile.Read(ref current)), _layout.Objects);
            }
        }, Token);

        foreach (var key in keys)
        {
            Volatile.Write(ref current, key);
            await (isMultipart ? PutInOnePartAsync(key) : Store.PutAsync(key, new MemoryStream([1, 2]), Token));
        }

        await over.CancelAsync();
        await remover;
        foreach (var key in keys)
        {
            Assert.Equal([1, 2], await ReadAsync(key));
            await Store.DeleteAsync(key, Token);
        }

        Assert.Empty(Left());
    }

    [Fact]
    public async Task PutAndDelete_InOneFolderAtOnce_LoseNothingAndLeaveNothing()
    {
        await Task.WhenAll(Enumerable.Range(0, 4).Select(writer => Task.Run(async () =>
        {
            for (byte n = 0; n < 25; n++)
            {
                var key = $"jobs/0a/audio/{writer}.pcm";
                await Store.PutAsync(key, new MemoryStream([n]), Token);
                Assert.Equal([n], await ReadAsync(key));
                await Store.DeleteAsync(key, Token);
            }
        })));

        Assert.Empty(Left());
    }

    [Fact]
    public async Task Sweep_EmptyFolders_AreRemovedButForThoseMadeJustNow()
    {
        foreach (var folder in new[] { "jobs/0a/audio", "jobs/0b/audio" })
        {
            Directory.CreateDirectory(Path.Combine(_layout.Objects, folder));
        }

        await Store.PutAsync("jobs/0c/audio/0.pcm", new MemoryStream([1]), Token);
        var clock = new FakeTimeProvider(TimeProvider.System.GetUtcNow().AddHours(2));
        Directory.SetLastWriteTimeUtc(
            Path.Combine(_layout.Objects, "jobs/0b/audio"), clock.GetUtcNow().UtcDateTime.AddMinutes(-1));

        await SweepAsync(clock);

        Assert.Equal(
            ["jobs", "jobs/0b", "jobs/0b/audio", "jobs/0c", "jobs/0c/audio", "jobs/0c/audio/0.pcm"], Left());
    }

    [Fact]
    public async Task Complete_AfterACrashBetweenRenameAndRemoval_EndsTheSame()
    {
        var id = await Store.BeginMultipartAsync("crashed", Token);
        await SendAsync("crashed", id, 1, [1, 2]);
        var parts = await Store.ListPartsAsync("crashed", id, Token);
        // What the renaming of an only part leaves: the object is there, and the part's folder is empty.
        Directory.CreateDirectory(Path.GetDirectoryName(_layout.ObjectFile("crashed"))!);
        File.Move(Directory.GetFiles(_layout.MultipartFolder("crashed", id)!).Single(), _layout.ObjectFile("crashed"));

        await Store.CompleteMultipartAsync("crashed", id, parts, Token);

        Assert.Equal([1, 2], await ReadAsync("crashed"));
        Assert.False(Directory.Exists(_layout.MultipartFolder("crashed", id)));
    }

    [Fact]
    public async Task Complete_PartFileOfAnotherLength_ThrowsAndMakesNoObject()
    {
        var id = await Store.BeginMultipartAsync("damaged", Token);
        await SendAsync("damaged", id, 1, [1, 2]);
        await SendAsync("damaged", id, 2, [3, 4]);
        var parts = await Store.ListPartsAsync("damaged", id, Token);
        await using (var file = File.OpenWrite(Directory.GetFiles(_layout.MultipartFolder("damaged", id)!)[0]))
            file.SetLength(1);

        await Assert.ThrowsAsync<InvalidDataException>(() => Store.CompleteMultipartAsync("damaged", id, parts, Token));

        await Assert.ThrowsAsync<ObjectNotFoundException>(() => Store.OpenReadAsync("damaged", Token));
        Assert.Empty(Directory.EnumerateFileSystemEntries(_layout.Temporary));
    }

    [Fact]
    public async Task BeginMultipart_SameKeyTwice_IsTheSameUpload()
    {
        var id = await Store.BeginMultipartAsync("begun", Token);
        await SendAsync("begun", id, 1, [1]);
        Assert.Equal(id, await Store.BeginMultipartAsync("begun", Token));
        Assert.Single(await Store.ListPartsAsync("begun", id, Token));
    }

    [Fact]
    public async Task Sweep_LeftByTheDead_IsRemovedAndWrittenByTheLivingStays()
    {
        _layout.CreateFolders();
        await Store.PutAsync("kept", new MemoryStream([1]), Token);
        await File.WriteAllTextAsync(Path.Combine(_layout.Temporary, "new-dead"), "left", Token);
        Directory.CreateDirectory(Path.Combine(_layout.Temporary, "new-folder", "below"));
        await using var living = DiskObjectFile.Create(Path.Combine(_layout.Temporary, "new-living"));

        await SweepAsync(TimeProvider.System);

        Assert.Equal([living.Name], Directory.EnumerateFileSystemEntries(_layout.Temporary));
        Assert.Equal([1], await ReadAsync("kept"));
    }

    [Theory]
    [InlineData("")]
    [InlineData("relative")]
    public void Options_FolderThatIsNotAbsolute_IsAFault(string folder)
    {
        _options.Folder = folder;
        Assert.Contains("absolute", _options.FindFault(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("0011")]
    [InlineData("these are no hexadecimal digits, and they never will be, however long")]
    public void Options_WeakOrBrokenKey_IsAFault(string key)
    {
        Assert.Null(_options.FindFault());
        File.WriteAllText(_options.SigningKeyFile, key);
        Assert.Contains("SigningKeyFile", _options.FindFault(), StringComparison.Ordinal);
        Assert.DoesNotContain(key, _options.FindFault()!, StringComparison.Ordinal);
    }

    public void Dispose() => Directory.Delete(_root, recursive: true);

    private async Task SweepAsync(TimeProvider time)
    {
        using var sweep = new DiskSweep(_options, time);
        await sweep.StartAsync(Token);
        await sweep.ExecuteTask!;
    }

    private async Task PutInOnePartAsync(string key)
    {
        var id = await Store.BeginMultipartAsync(key, Token);
        await SendAsync(key, id, 1, [1, 2]);
        await Store.CompleteMultipartAsync(key, id, await Store.ListPartsAsync(key, id, Token), Token);
    }

    /// <summary>Files and folders below that of the objects, by name.</summary>
    private IEnumerable<string> Left() => Directory
        .EnumerateFileSystemEntries(_layout.Objects, "*", SearchOption.AllDirectories)
        .Select(path => Path.GetRelativePath(_layout.Objects, path)).Order(StringComparer.Ordinal);
}
