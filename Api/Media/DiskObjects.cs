using System.Buffers;
using System.Security.Cryptography;

namespace Ax2.Media;

/// <summary>The disk store's files, as far as a link gives access to them.</summary>
internal sealed class DiskObjects(DiskStoreOptions options, TimeProvider time)
{
    private const int BufferBytes = 128 * 1024;

    private readonly DiskObjectLayout _layout = new(options.Folder);
    private readonly byte[] _signingKey = options.ReadSigningKey();
    private readonly DiskCipher _cipher = new(options);

    /// <summary>Null when the link holds.</summary>
    public IResult? Refuse(DiskObjectLink? link, IQueryCollection query)
    {
        if (link is null || !DiskObjectLayout.IsKey(link.Key)
            || DiskLinkQuery.Text(query, DiskObjectLink.SignatureField) is not { } signature
            || !link.IsSignedBy(_signingKey, signature))
            return DiskProblems.Of(StatusCodes.Status403Forbidden, "link_invalid", "This link is not valid.");
        return link.IsExpired(time.GetUtcNow())
            ? DiskProblems.Of(StatusCodes.Status403Forbidden, "link_expired", "This link has expired: ask for another.")
            : null;
    }

    public FileInfo? Find(DiskReadLink link) =>
        new FileInfo(_layout.ObjectFile(link.Key)) is { Exists: true } file ? file : null;

    /// <summary>Null when the file is not encrypted.</summary>
    public Stream? OpenEncrypted(DiskReadLink link, FileInfo file) => _cipher.OpenEncrypted(file.FullName, link.Key);

    /// <summary>An object never changes under its name without a new time of writing.</summary>
    public static Microsoft.Net.Http.Headers.EntityTagHeaderValue EntityTag(FileInfo file) =>
        new($"\"{file.Length:x}-{file.LastWriteTimeUtc.Ticks:x}\"");

    /// <summary>Writes the body to disk as it comes. The part is in, whole and checked, or it is not there.</summary>
    public async Task<WrittenPart> WritePartAsync(
        DiskPartLink link, Stream body, byte[]? sha256, CancellationToken cancellationToken)
    {
        if (_layout.MultipartFolder(link.Key, link.MultipartId) is not { } folder || !Directory.Exists(folder))
            return UnknownUpload();
        var path = Path.Combine(folder, DiskObjectLayout.NewName());
        try
        {
            await using var file = DiskObjectFile.Create(path);
            return await WriteAsync(link, body, file, sha256, cancellationToken);
        }
        catch (Exception e) when (e is DirectoryNotFoundException or FileNotFoundException)
        {
            return UnknownUpload();
        }
        catch (BadHttpRequestException)
        {
            return new(null, DiskProblems.WrongSize(isLarger: false, link.SizeBytes));
        }
        finally
        {
            if (File.Exists(path)) File.Delete(path);
        }
    }

    private async Task<WrittenPart> WriteAsync(
        DiskPartLink link, Stream body, FileStream file, byte[]? sha256, CancellationToken cancellationToken)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        var length = 0L;
        await _cipher.WriteAsync(
            file, link.Key,
            async target => length = await CopyAsync(body, target, hash, link.SizeBytes, cancellationToken),
            cancellationToken);
        if (length != link.SizeBytes) return new(null, DiskProblems.WrongSize(length > link.SizeBytes, link.SizeBytes));
        var actual = hash.GetHashAndReset();
        if (sha256 is not null && !actual.AsSpan().SequenceEqual(sha256))
            return new(null, DiskProblems.Of(StatusCodes.Status400BadRequest, MediaRefusals.PartChecksumMismatch,
                "The bytes that arrived do not have the SHA-256 of the Content-Digest header; send the part again."));
        var hex = Convert.ToHexStringLower(actual);
        DiskParts.Commit(file, link.PartNumber, length, hex);
        return new(hex, null);
    }

    /// <summary>
    /// Copies at most <paramref name="maxBytes"/> and answers how many there were, or one more than that.
    /// </summary>
    private static async Task<long> CopyAsync(
        Stream body, Stream target, IncrementalHash hash, long maxBytes, CancellationToken cancellationToken)
    {
        var buffer = ArrayPool<byte>.Shared.Rent(BufferBytes);
        try
        {
            var total = 0L;
            while (await body.ReadAtLeastAsync(buffer, buffer.Length, false, cancellationToken) is > 0 and var read)
            {
                if (read > maxBytes - total) return maxBytes + 1;
                hash.AppendData(buffer, 0, read);
                await target.WriteAsync(buffer.AsMemory(0, read), cancellationToken);
                total += read;
            }
            return total;
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    private static WrittenPart UnknownUpload() => new(null, DiskProblems.Of(
        StatusCodes.Status404NotFound, MediaRefusals.UploadUnknown, "This upload is over, or there never was one."));
}

/// <summary>Exactly one of the two is set.</summary>
internal sealed record WrittenPart(string? Sha256, IResult? Refusal);
