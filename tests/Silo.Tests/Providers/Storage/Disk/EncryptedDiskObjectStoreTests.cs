using System.Globalization;
using System.Security.Cryptography;
using System.Web;
using Ax2.Secrets;
using Ax2.TestKit.Media;
using Xunit;

namespace Ax2.Media;

/// <summary>The disk store keeps to the port's rules when it encrypts, too.</summary>
public sealed class EncryptedDiskObjectStoreTests : ObjectStoreConformance, IDisposable
{
    private readonly string root = Directory.CreateTempSubdirectory("ax2-sealed-store-").FullName;
    private readonly KeyFolder folder = new();
    private readonly DiskStoreOptions options;
    private readonly DiskObjectLayout layout;

    public EncryptedDiskObjectStoreTests()
    {
        options = new DiskStoreOptions
        {
            Folder = Path.Combine(root, "store"),
            SigningKeyFile = Path.Combine(root, "signing.key"),
        };
        File.WriteAllText(options.SigningKeyFile, Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(32)));
        options.Encryption.Keys["one"] = folder.Options("one").Keys["one"];
        options.Encryption.CurrentKey = "one";
        layout = new DiskObjectLayout(options.Folder);
        Store = new DiskObjectStore(options, TimeProvider.System);
    }

    protected override IObjectStore Store { get; }

    protected override async Task SendPartAsync(string url, byte[] bytes)
    {
        var key = url.Split('?')[0][DiskObjectLink.PathPrefix.Length..];
        var query = HttpUtility.ParseQueryString(url.Split('?')[1]);
        var number = int.Parse(query[DiskPartLink.NumberField]!, CultureInfo.InvariantCulture);
        var parts = layout.MultipartFolder(key, query[DiskPartLink.MultipartField]!)!;
        await using var file = DiskObjectFile.Create(Path.Combine(parts, DiskObjectLayout.NewName()));
        await new DiskCipher(options).WriteAsync(file, key, target => target.WriteAsync(bytes, Token).AsTask(), Token);
        DiskParts.Commit(file, number, bytes.Length, Stored(number, bytes).Sha256);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public async Task Complete_Parts_LeavesNothingInClear(int count)
    {
        var id = await Store.BeginMultipartAsync("hidden", Token);
        for (var n = 1; n <= count; n++) await SendAsync("hidden", id, n, "a spoken secret "u8.ToArray());
        AssertNothingInClear();
        await Store.CompleteMultipartAsync("hidden", id, await Store.ListPartsAsync("hidden", id, Token), Token);
        AssertNothingInClear();
        Assert.Equal(16 * count, (await ReadAsync("hidden")).Length);
    }

    [Fact]
    public async Task OpenLocal_Encrypted_IsACopyThatGoesAndThatASweepLeaves()
    {
        await Store.PutAsync("local", new MemoryStream([1, 2, 3]), Token);
        await using (var local = await Store.OpenLocalAsync("local", Token))
        {
            using var sweep = new DiskSweep(options, TimeProvider.System);
            await sweep.StartAsync(Token);
            Assert.Equal([1, 2, 3], await File.ReadAllBytesAsync(local.Path, Token));
        }

        Assert.Empty(Directory.EnumerateFileSystemEntries(layout.Temporary));
    }

    [Fact]
    public async Task Read_ObjectFromBeforeEncryption_IsReadAsItIs()
    {
        Directory.CreateDirectory(Path.GetDirectoryName(layout.ObjectFile("old"))!);
        await File.WriteAllBytesAsync(layout.ObjectFile("old"), [1, 2], Token);
        Assert.Equal([1, 2], await ReadAsync("old"));
        await using var local = await Store.OpenLocalAsync("old", Token);
        Assert.Equal(layout.ObjectFile("old"), local.Path);
    }

    [Fact]
    public async Task Read_EncryptionTurnedOff_StillOpensWhatIsThere()
    {
        await Store.PutAsync("before", new MemoryStream([1, 2]), Token);
        options.Encryption.CurrentKey = "";
        Assert.Null(options.FindFault());
        var plain = new DiskObjectStore(options, TimeProvider.System);
        await plain.PutAsync("after", new MemoryStream([3]), Token);
        await using var before = await plain.OpenReadAsync("before", Token);
        Assert.Equal(2, before.Length);
        Assert.Equal([3], await File.ReadAllBytesAsync(layout.ObjectFile("after"), Token));
    }

    [Fact]
    public async Task Read_ObjectInThePlaceOfAnother_Throws()
    {
        await Store.PutAsync("mine", new MemoryStream([1]), Token);
        await Store.PutAsync("yours", new MemoryStream([2]), Token);
        File.Copy(layout.ObjectFile("mine"), layout.ObjectFile("yours"), overwrite: true);
        await Assert.ThrowsAsync<DecryptionException>(() => Store.OpenReadAsync("yours", Token));
    }

    [Fact]
    public void Options_CurrentKeyWithoutItsFile_IsAFault()
    {
        options.Encryption.CurrentKey = "two";
        Assert.Contains("Storage:Disk:Encryption", options.FindFault(), StringComparison.Ordinal);
    }

    private void AssertNothingInClear()
    {
        var files = Directory.GetFiles(options.Folder, "*", SearchOption.AllDirectories);
        Assert.NotEmpty(files);
        Assert.All(files, f => Assert.Equal(-1, File.ReadAllBytes(f).AsSpan().IndexOf("secret"u8)));
    }

    public void Dispose()
    {
        folder.Dispose();
        Directory.Delete(root, recursive: true);
    }
}
