using System.Security.Cryptography;
using CsCheck;
using Xunit;

namespace Ax2.Secrets;

public sealed class EncryptedFileTests : IDisposable
{
    private const int Chunk = 64 * 1024;
    private const int Stored = Chunk + 16;
    private const string Name = "uploads/a";

    private readonly KeyFolder folder = new();
    private readonly SecretKeys keys;
    private readonly string path = Path.Combine(Path.GetTempPath(), $"ax2-encrypted-{Guid.CreateVersion7():N}");

    public EncryptedFileTests() => keys = folder.Keys("one");

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(Chunk - 1)]
    [InlineData(Chunk)]
    [InlineData(Chunk + 1)]
    [InlineData(3 * Chunk)]
    [InlineData(1_000_003)]
    public async Task Read_AnySize_IsWhatWasWritten(int size)
    {
        var plain = await WriteAsync(size);
        await using var stream = Open();
        Assert.Equal(size, stream.Length);
        using var read = new MemoryStream();
        await stream.CopyToAsync(read, 10_000, Token);
        Assert.True(plain.AsSpan().SequenceEqual(read.ToArray()));
    }

    [Fact]
    public async Task Read_AnyRange_IsThatRange()
    {
        var plain = await WriteAsync(3 * Chunk + 100);
        await using var stream = Open();
        Gen.Select(Gen.Int[0, plain.Length], Gen.Int[0, 2 * Chunk]).Sample((start, length) =>
        {
            stream.Position = start;
            var wanted = plain.AsSpan(start, Math.Min(length, plain.Length - start));
            var read = new byte[wanted.Length];
            stream.ReadExactly(read);
            Assert.True(wanted.SequenceEqual(read));
        }, iter: 300, threads: 1);
    }

    [Fact]
    public async Task File_HoldsNothingOfTheText()
    {
        await WriteAsync("a text that would be found"u8.ToArray());
        Assert.Equal(-1, (await File.ReadAllBytesAsync(path, Token)).AsSpan().IndexOf("text"u8));
    }

    /// <summary>Every byte of a header and of a last chunk, and some of the chunks before.</summary>
    [Fact]
    public async Task Read_AnyByteChanged_Throws()
    {
        await WriteAsync(2 * Chunk + 40);
        var valid = await File.ReadAllBytesAsync(path, Token);
        var header = valid.Length - 2 * Stored - 56;
        int[] offsets = [.. Enumerable.Range(0, header), .. Enumerable.Range(valid.Length - 56, 56),
            header, header + Chunk, header + Stored - 1, header + Stored, header + Stored + 777];
        foreach (var offset in offsets)
        {
            var damaged = valid.ToArray();
            damaged[offset] ^= 4;
            await AssertDamagedAsync(damaged);
        }
    }

    [Fact]
    public async Task Open_CutAnywhere_ThrowsBeforeItGivesAByte()
    {
        await WriteAsync(3 * Chunk);
        var valid = await File.ReadAllBytesAsync(path, Token);
        var header = valid.Length - 3 * Stored;
        foreach (var length in (int[])[0, 3, header - 1, header, header + 1, header + 15, header + 16, header + Stored,
            header + 2 * Stored, header + 2 * Stored + 16, valid.Length - 1])
        {
            await File.WriteAllBytesAsync(path, valid[..length], Token);
            Assert.Throws<DecryptionException>(() => Open());
        }

        await File.WriteAllBytesAsync(path, [.. valid, 0], Token);
        Assert.Throws<DecryptionException>(() => Open());
    }

    [Theory]
    [InlineData(1, 0, 2, 3)]
    [InlineData(0, 0, 2, 3)]
    [InlineData(0, 2, 1, 3)]
    [InlineData(0, 1, 3, 3)]
    [InlineData(0, 3)]
    [InlineData(3, 1, 2, 0)]
    public async Task Read_ChunksRepeatedDroppedOrReordered_Throws(params int[] order)
    {
        await WriteAsync(4 * Chunk);
        var valid = await File.ReadAllBytesAsync(path, Token);
        var header = valid.Length - 4 * Stored;
        await AssertDamagedAsync(
            [.. valid[..header], .. order.SelectMany(i => valid[(header + i * Stored)..(header + (i + 1) * Stored)])]);
    }

    [Fact]
    public async Task Read_ChunkOfAnotherFileOfTheSameName_Throws()
    {
        await WriteAsync(2 * Chunk);
        var one = await File.ReadAllBytesAsync(path, Token);
        await WriteAsync(2 * Chunk);
        var two = await File.ReadAllBytesAsync(path, Token);
        await AssertDamagedAsync([.. one[..^Stored], .. two[^Stored..]]);
    }

    [Fact]
    public async Task Open_UnderAnotherNameOrKey_Throws()
    {
        await WriteAsync(10);
        Assert.Throws<DecryptionException>(() => Open("uploads/b"));
        Assert.Throws<DecryptionException>(() => Open(Name, folder.Keys("two")));
        folder.Replace("one");
        Assert.Throws<DecryptionException>(() => Open(Name, folder.Keys("one")));
    }

    [Fact]
    public async Task Open_NeverCompleted_Throws()
    {
        await using (var file = File.Create(path))
        await using (var encrypting = new EncryptingStream(file, keys, Name))
            await encrypting.WriteAsync(new byte[2 * Chunk], Token);
        Assert.Throws<DecryptionException>(() => Open());
    }

    private DecryptingStream Open() => Open(Name);

    private DecryptingStream Open(string name, SecretKeys? other = null) =>
        new(File.OpenHandle(path, options: FileOptions.Asynchronous), other ?? keys, name);

    private async Task AssertDamagedAsync(byte[] stored)
    {
        await File.WriteAllBytesAsync(path, stored, Token);
        await Assert.ThrowsAsync<DecryptionException>(async () =>
        {
            await using var stream = Open();
            await stream.CopyToAsync(Stream.Null, Token);
        });
    }

    private Task<byte[]> WriteAsync(int size) => WriteAsync(RandomNumberGenerator.GetBytes(size));

    private async Task<byte[]> WriteAsync(byte[] plain)
    {
        await using var file = File.Create(path);
        await using var encrypting = new EncryptingStream(file, keys, Name);
        for (var start = 0; start < plain.Length; start += 30_000)
            await encrypting.WriteAsync(plain.AsMemory(start, Math.Min(30_000, plain.Length - start)), Token);
        await encrypting.CompleteAsync(Token);
        return plain;
    }

    public void Dispose()
    {
        File.Delete(path);
        folder.Dispose();
    }
}
