using System.Buffers.Binary;
using System.Security.Cryptography;
using Ax2.Media;
using Xunit;

namespace Ax2.Secrets;

/// <summary>
/// What stored data looks like, byte for byte. The vectors were computed outside this code, from the documented format
/// alone: a change that breaks one makes the data of every installation unreadable.
/// </summary>
public sealed class StoredFormatTests : IDisposable
{
    private const string KeyEncryptionKey = "000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f";
    private const string DataKey = "202122232425262728292a2b2c2d2e2f303132333435363738393a3b3c3d3e3f";

    private const string State =
        "41583231036f6e65a0a1a2a3a4a5a6a7a8a9aaabc6395e0e61ee24984a4cadf82b57eef1409d6b23a682745ba4371cbd"
        + "43964b3e71657698c2c41a7b5810abe2a3a4adecb0b1b2b3b4b5b6b7b8b9babb23e08a457f0d3138a8adeb2afc34b6b5"
        + "4dd86f2af34aa42c082f76936e7df84ef75ed2f7ef66f75e8d66d2";

    private const string FileHeader =
        "41583246036f6e65a0a1a2a3a4a5a6a7a8a9aaabc6395e0e61ee24984a4cadf82b57eef1409d6b23a682745ba4371cbd"
        + "43964b3eb2e08a113b5bf1a6133383d51c1230b5";

    private const string ShortFileBody =
        "9ab773647031c83474e345a2b5326544a0b71bf9ee5ceebac9a1b966";

    /// <summary>Of the file of <see cref="LongText"/>, which has a full chunk and a short one.</summary>
    private const string LongFileSha256 = "ae9e63ad694e54604f8335b540a60b7973b21c32cf488526137cf2425dc9e6e6";

    private static readonly byte[] LongText = [.. Enumerable.Range(0, 64 * 1024 + 5).Select(i => (byte)(i % 251))];

    private readonly KeyFolder folder = new();
    private readonly string path = Path.Combine(Path.GetTempPath(), $"ax2-format-{Guid.CreateVersion7():N}");

    private SecretKeys Keys
    {
        get
        {
            var options = folder.Options("one");
            folder.Replace("one", KeyEncryptionKey);
            return new SecretKeys(options);
        }
    }

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public void Decrypt_StateOfTheFirstVersion_IsItsJson() => Assert.Equal(
        """{"Email":"kim@example.com"}"""u8.ToArray(),
        StateEnvelope.Decrypt(Keys, Convert.FromHexString(State), "user", "0198c5b2"));

    [Fact]
    public async Task Read_ShortFileOfTheFirstVersion_IsItsText() =>
        Assert.Equal("a short file"u8.ToArray(), await ReadAsync(Convert.FromHexString(FileHeader + ShortFileBody)));

    [Fact]
    public async Task Read_LongFileOfTheFirstVersion_IsItsText()
    {
        using var cipher = new AesGcm(Convert.FromHexString(DataKey), 16);
        byte[] file =
        [
            .. Convert.FromHexString(FileHeader),
            .. Chunk(cipher, 0, isLast: false, LongText.AsSpan(0, 64 * 1024)),
            .. Chunk(cipher, 1, isLast: true, LongText.AsSpan(64 * 1024)),
        ];
        Assert.Equal(LongFileSha256, Convert.ToHexStringLower(SHA256.HashData(file)));

        Assert.Equal(LongText, await ReadAsync(file));
    }

    [Fact]
    public void Layout_NamesOfFiles_Stay()
    {
        var layout = new DiskObjectLayout("/store");

        Assert.Equal("/store/objects/uploads/a", layout.ObjectFile("uploads/a"));
        const string multipartId = "1b6a903625b60bbc05951801b9ce0c90";
        Assert.Equal($"/store/parts/{multipartId}", layout.MultipartFolder("uploads/a", multipartId));
        Assert.Equal("/store/temporary", layout.Temporary);
        Assert.Equal("00007-4096-abc", DiskObjectLayout.PartName(7, 4096, "abc"));
    }

    private static byte[] Chunk(AesGcm cipher, long number, bool isLast, ReadOnlySpan<byte> text)
    {
        var nonce = new byte[12];
        BinaryPrimitives.WriteInt64BigEndian(nonce, number);
        nonce[8] = isLast ? (byte)1 : (byte)0;
        var stored = new byte[text.Length + 16];
        cipher.Encrypt(nonce, text, stored.AsSpan(0, text.Length), stored.AsSpan(text.Length));
        return stored;
    }

    private async Task<byte[]> ReadAsync(byte[] stored)
    {
        await File.WriteAllBytesAsync(path, stored, Token);
        await using var stream = new DecryptingStream(
            File.OpenHandle(path, options: FileOptions.Asynchronous), Keys, "uploads/a");
        using var text = new MemoryStream();
        await stream.CopyToAsync(text, Token);
        return text.ToArray();
    }

    public void Dispose()
    {
        File.Delete(path);
        folder.Dispose();
    }
}
