using System.Net.Http.Headers;
using System.Security.Cryptography;
using Xunit;

namespace Ax2.Media;

/// <summary>The same addresses, with files that are encrypted.</summary>
public sealed class EncryptedDiskObjectsHost : DiskObjectsHost
{
    protected override Dictionary<string, string?> Settings(string folder)
    {
        var key = Path.Combine(folder, "disk.key");
        File.WriteAllText(key, Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(32)));
        return new()
        {
            [$"{DiskStoreOptions.Section}:Encryption:Keys:one"] = key,
            [$"{DiskStoreOptions.Section}:Encryption:CurrentKey"] = "one",
        };
    }

    /// <summary>Sends an object as its only part and gives it its place, as the silo does.</summary>
    public async Task<string> SendAsync(string key, byte[] bytes)
    {
        Begin(key);
        using var sent = await PutAsync(PartUrl(key, 1, bytes.Length), bytes);
        Assert.True(sent.IsSuccessStatusCode);
        var name = Assert.Single(PartFiles(key));
        var part = Path.Combine(Layout.MultipartFolder(key, DiskObjectLayout.MultipartId(key))!, name);
        Directory.CreateDirectory(Path.GetDirectoryName(Layout.ObjectFile(key))!);
        File.Move(part, Layout.ObjectFile(key));
        return name;
    }
}

public sealed class EncryptedDiskObjectsTests(EncryptedDiskObjectsHost host) : IClassFixture<EncryptedDiskObjectsHost>
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Put_Part_IsEncryptedUnderThePlainBytesSizeAndHash()
    {
        byte[] bytes = [.. "a spoken secret"u8];
        var name = await host.SendAsync("put", bytes);
        var sha256 = Convert.ToHexStringLower(SHA256.HashData(bytes));
        Assert.Equal(DiskObjectLayout.PartName(1, bytes.Length, sha256), name);
        var stored = await File.ReadAllBytesAsync(host.Layout.ObjectFile("put"), Token);
        Assert.Equal(-1, stored.AsSpan().IndexOf("secret"u8));
    }

    [Theory]
    [InlineData(null, 200, 0, 200_000)]
    [InlineData("bytes=0-9", 206, 0, 10)]
    [InlineData("bytes=65530-65545", 206, 65530, 16)]
    [InlineData("bytes=70000-", 206, 70000, 130_000)]
    [InlineData("bytes=-5", 206, 199_995, 5)]
    public async Task Get_RangesOfAnEncryptedObject_AreThoseOfThePlainOne(
        string? range, int status, int start, int length)
    {
        var bytes = RandomNumberGenerator.GetBytes(200_000);
        var key = $"range-{start}-{length}";
        await host.SendAsync(key, bytes);
        using var answer = await host.GetAsync(host.ReadUrl(key, "video/mp4"),
            h => h.Range = range is null ? null : RangeHeaderValue.Parse(range));
        Assert.Equal(status, (int)answer.StatusCode);
        Assert.Equal(length, answer.Content.Headers.ContentLength);
        Assert.Equal(bytes[start..(start + length)], await answer.Content.ReadAsByteArrayAsync(Token));
    }

    [Fact]
    public async Task Get_CutFile_GivesNothing()
    {
        await host.SendAsync("cut", new byte[200_000]);
        await using (var file = File.OpenWrite(host.Layout.ObjectFile("cut"))) file.SetLength(100_000);
        using var answer = await host.GetAsync(host.ReadUrl("cut", "video/mp4"));
        Assert.Equal(500, (int)answer.StatusCode);
        Assert.Empty(await answer.Content.ReadAsByteArrayAsync(Token));
    }
}
