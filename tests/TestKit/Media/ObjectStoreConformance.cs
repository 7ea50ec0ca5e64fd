using System.Collections.Immutable;
using System.Security.Cryptography;
using Ax2.Media;
using Xunit;

namespace Ax2.TestKit.Media;

/// <summary>What every <see cref="IObjectStore"/> does, whatever keeps the bytes.</summary>
public abstract class ObjectStoreConformance
{
    private static readonly TimeSpan _hour = TimeSpan.FromHours(1);

    protected abstract IObjectStore Store { get; }

    /// <summary>PUTs the bytes of a part to its signed link, as a client does.</summary>
    protected abstract Task SendPartAsync(string url, byte[] bytes);

    protected static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Put_ThenRead_GivesTheBytesBack()
    {
        await Store.PutAsync("jobs/0a/track.json", new MemoryStream([1, 2, 3]), Token);
        Assert.Equal([1, 2, 3], await ReadAsync("jobs/0a/track.json"));
    }

    [Fact]
    public async Task Put_SameKeyAgain_ReplacesIt()
    {
        await Store.PutAsync("a", new MemoryStream([1, 2, 3]), Token);
        await Store.PutAsync("a", new MemoryStream([4]), Token);
        Assert.Equal([4], await ReadAsync("a"));
    }

    [Fact]
    public async Task Put_SourceThatBreaksOff_LeavesNoObject()
    {
        await Assert.ThrowsAnyAsync<Exception>(() => Store.PutAsync("broken", new BreakingStream(100_000), Token));
        await Assert.ThrowsAsync<ObjectNotFoundException>(() => Store.OpenReadAsync("broken", Token));
    }

    [Fact]
    public async Task Put_SourceThatBreaksOff_LeavesTheFormerObject()
    {
        await Store.PutAsync("kept", new MemoryStream([7]), Token);
        await Assert.ThrowsAnyAsync<Exception>(() => Store.PutAsync("kept", new BreakingStream(100_000), Token));
        Assert.Equal([7], await ReadAsync("kept"));
    }

    [Fact]
    public async Task Open_UnknownObject_Throws()
    {
        var failure = await Assert.ThrowsAsync<ObjectNotFoundException>(() => Store.OpenReadAsync("none", Token));
        Assert.Equal("none", failure.Key);
        await Assert.ThrowsAsync<ObjectNotFoundException>(() => Store.OpenLocalAsync("none", Token));
    }

    [Fact]
    public async Task OpenLocal_Object_IsAFileWithItsBytes()
    {
        await Store.PutAsync("local", new MemoryStream([1, 2]), Token);
        await using var local = await Store.OpenLocalAsync("local", Token);
        Assert.Equal([1, 2], await File.ReadAllBytesAsync(local.Path, Token));
    }

    [Fact]
    public async Task Delete_TwiceOrUnknown_IsFine()
    {
        await Store.PutAsync("gone", new MemoryStream([1]), Token);
        await Store.DeleteAsync("gone", Token);
        await Store.DeleteAsync("gone", Token);
        await Store.DeleteAsync("never/was", Token);
        await Assert.ThrowsAsync<ObjectNotFoundException>(() => Store.OpenReadAsync("gone", Token));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    public async Task Multipart_PartsInAnyOrder_AreJoinedByNumber(int count)
    {
        var key = $"uploads/joined-{count}";
        var id = await Store.BeginMultipartAsync(key, Token);
        var sent = Enumerable.Range(1, count).Select(n => RandomNumberGenerator.GetBytes(n * 1000)).ToArray();
        for (var n = count; n >= 1; n--) await SendAsync(key, id, n, sent[n - 1]);

        var parts = await Store.ListPartsAsync(key, id, Token);
        Assert.Equal(sent.Select((bytes, i) => Stored(i + 1, bytes)), parts);
        await Store.CompleteMultipartAsync(key, id, parts, Token);

        Assert.Equal(sent.SelectMany(b => b), await ReadAsync(key));
        Assert.Empty(await Store.ListPartsAsync(key, id, Token));
    }

    [Fact]
    public async Task Multipart_CompletedTwice_DoesNothingTheSecondTime()
    {
        var id = await Store.BeginMultipartAsync("twice", Token);
        await SendAsync("twice", id, 1, [1, 2]);
        var parts = await Store.ListPartsAsync("twice", id, Token);
        await Store.CompleteMultipartAsync("twice", id, parts, Token);
        await Store.CompleteMultipartAsync("twice", id, parts, Token);
        Assert.Equal([1, 2], await ReadAsync("twice"));
    }

    [Fact]
    public async Task Multipart_PartSentAgain_CountsAsSentLast()
    {
        var id = await Store.BeginMultipartAsync("again", Token);
        await SendAsync("again", id, 1, [1, 1]);
        await SendAsync("again", id, 1, [2, 2]);
        var parts = await Store.ListPartsAsync("again", id, Token);
        Assert.Equal([Stored(1, [2, 2])], parts);
        await Store.CompleteMultipartAsync("again", id, parts, Token);
        Assert.Equal([2, 2], await ReadAsync("again"));
    }

    [Fact]
    public async Task Multipart_CompletedWithAPartThatIsNotIn_ThrowsAndMakesNoObject()
    {
        var id = await Store.BeginMultipartAsync("short", Token);
        await SendAsync("short", id, 1, [1]);
        await Assert.ThrowsAsync<InvalidOperationException>(() => Store.CompleteMultipartAsync(
            "short", id, [Stored(1, [1]), Stored(2, [2])], Token));
        await Assert.ThrowsAsync<ObjectNotFoundException>(() => Store.OpenReadAsync("short", Token));
        Assert.Single(await Store.ListPartsAsync("short", id, Token));
    }

    [Fact]
    public async Task Multipart_Aborted_LeavesNoPart()
    {
        var id = await Store.BeginMultipartAsync("aborted", Token);
        await SendAsync("aborted", id, 1, [1]);
        await Store.AbortMultipartAsync("aborted", id, Token);
        await Store.AbortMultipartAsync("aborted", id, Token);
        Assert.Empty(await Store.ListPartsAsync("aborted", id, Token));
        await Assert.ThrowsAnyAsync<Exception>(() => SendAsync("aborted", id, 1, [1]));
    }

    [Fact]
    public async Task ListParts_UnknownUpload_IsEmpty() =>
        Assert.Empty(await Store.ListPartsAsync("a", "0123456789abcdef0123456789abcdef", Token));

    protected async Task<byte[]> ReadAsync(string key)
    {
        await using var stream = await Store.OpenReadAsync(key, Token);
        using var copy = new MemoryStream();
        await stream.CopyToAsync(copy, Token);
        return copy.ToArray();
    }

    protected Task SendAsync(string key, string id, int number, byte[] bytes) =>
        SendPartAsync(Store.SignPartUpload(key, id, number, bytes.Length, _hour), bytes);

    protected static StoredPart Stored(int number, byte[] bytes) =>
        new(number, bytes.Length, Convert.ToHexStringLower(SHA256.HashData(bytes)));

    /// <summary>Gives some bytes and then fails, as a lost connection does.</summary>
    protected sealed class BreakingStream(int bytes) : MemoryStream(new byte[bytes])
    {
        public override int Read(Span<byte> buffer) =>
            Position < Length ? base.Read(buffer) : throw new IOException("The source broke off.");

        public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) =>
            ValueTask.FromResult(Read(buffer.Span));

        public override Task CopyToAsync(Stream destination, int bufferSize, CancellationToken cancellationToken) =>
            CopyThenFailAsync(destination, cancellationToken);

        private async Task CopyThenFailAsync(Stream destination, CancellationToken cancellationToken)
        {
            await destination.WriteAsync(ToArray(), cancellationToken);
            throw new IOException("The source broke off.");
        }
    }
}
