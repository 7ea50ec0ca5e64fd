using System.Security.Cryptography;
using CsCheck;
using Xunit;

namespace Ax2.Secrets;

public sealed class SealedFileTests : IDisposable
{
    private const int Chunk = 64 * 1024;
    private const int Stored = Chunk + 16;
    private const string Name = "uploads/a";

    private readonly KeyFolder folder = new();
    private readonly SecretKeys keys;
    private readonly string path = Path.Combine(Path.GetTempPath(), $"ax2-sealed-{Guid.CreateVersion7():N}");

    public SealedFileTests() => keys = folder.Keys("one");

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
        var plain = await SealAsync(size);
        await using var stream = Open();
        Assert.Equal(size, stream.Length);
        using var read = new MemoryStream();
        await stream.CopyToAsync(read, 10_000, Token);
        Assert.True(plain.AsSpan().SequenceEqual(read.ToArray()));
    }

    [Fact]
    public async Task Read_AnyRange_IsThatRange()
    {
        var plain = await SealAsync(3 * Chunk + 100);
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
        await SealAsync("a text that would be found"u8.ToArray());
        Assert.Equal(-1, (await File.ReadAllBytesAsync(path, Token)).AsSpan().IndexOf("text"u8));
    }

    /// <summary>Every byte of a header and of a last chunk, and some of the chunks before.</summary>
    [Fact]
    public async Task Read_AnyByteChanged_Throws()
    {
        await SealAsync(2 * Chunk + 40);
        var sound = await File.ReadAllBytesAsync(path, Token);
        var header = sound.Length - 2 * Stored - 56;
        int[] places = [.. Enumerable.Range(0, header), .. Enumerable.Range(sound.Length - 56, 56),
            header, header + Chunk, header + Stored - 1, header + Stored, header + Stored + 777];
        foreach (var place in places)
        {
            var damaged = sound.ToArray();
            damaged[place] ^= 4;
            await AssertDamagedAsync(damaged);
        }
    }

    [Fact]
    public async Task Open_CutAnywhere_ThrowsBeforeItGivesAByte()
    {
        await SealAsync(3 * Chunk);
        var sound = await File.ReadAllBytesAsync(path, Token);
        var header = sound.Length - 3 * Stored;
        foreach (var length in (int[])[0, 3, header - 1, header, header + 1, header + 15, header + 16, header + Stored,
            header + 2 * Stored, header + 2 * Stored + 16, sound.Length - 1])
        {
            await File.WriteAllBytesAsync(path, sound[..length], Token);
            Assert.Throws<SealedDataException>(() => Open());
        }

        await File.WriteAllBytesAsync(path, [.. sound, 0], Token);
        Assert.Throws<SealedDataException>(() => Open());
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
        await SealAsync(4 * Chunk);
        var sound = await File.ReadAllBytesAsync(path, Token);
        var header = sound.Length - 4 * Stored;
        await AssertDamagedAsync(
            [.. sound[..header], .. order.SelectMany(i => sound[(header + i * Stored)..(header + (i + 1) * Stored)])]);
    }

    [Fact]
    public async Task Read_ChunkOfAnotherFileOfTheSameName_Throws()
    {
        await SealAsync(2 * Chunk);
        var one = await File.ReadAllBytesAsync(path, Token);
        await SealAsync(2 * Chunk);
        var two = await File.ReadAllBytesAsync(path, Token);
        await AssertDamagedAsync([.. one[..^Stored], .. two[^Stored..]]);
    }

    [Fact]
    public async Task Open_UnderAnotherNameOrKey_Throws()
    {
        await SealAsync(10);
        Assert.Throws<SealedDataException>(() => Open("uploads/b"));
        Assert.Throws<SealedDataException>(() => Open(Name, folder.Keys("two")));
        folder.Replace("one");
        Assert.Throws<SealedDataException>(() => Open(Name, folder.Keys("one")));
    }

    [Fact]
    public async Task Open_NeverCompleted_Throws()
    {
        await using (var file = File.Create(path))
        await using (var sealing = new SealingStream(file, keys, Name))
            await sealing.WriteAsync(new byte[2 * Chunk], Token);
        Assert.Throws<SealedDataException>(() => Open());
    }

    private UnsealingStream Open() => Open(Name);

    private UnsealingStream Open(string name, SecretKeys? other = null) =>
        new(File.OpenHandle(path, options: FileOptions.Asynchronous), other ?? keys, name);

    private async Task AssertDamagedAsync(byte[] stored)
    {
        await File.WriteAllBytesAsync(path, stored, Token);
        await Assert.ThrowsAsync<SealedDataException>(async () =>
        {
            await using var stream = Open();
            await stream.CopyToAsync(Stream.Null, Token);
        });
    }

    private Task<byte[]> SealAsync(int size) => SealAsync(RandomNumberGenerator.GetBytes(size));

    private async Task<byte[]> SealAsync(byte[] plain)
    {
        await using var file = File.Create(path);
        await using var sealing = new SealingStream(file, keys, Name);
        for (var start = 0; start < plain.Length; start += 30_000)
            await sealing.WriteAsync(plain.AsMemory(start, Math.Min(30_000, plain.Length - start)), Token);
        await sealing.CompleteAsync(Token);
        return plain;
    }

    public void Dispose()
    {
        File.Delete(path);
        folder.Dispose();
    }
}
