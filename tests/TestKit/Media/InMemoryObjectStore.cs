using System.Collections.Concurrent;
using System.Collections.Immutable;
using System.Security.Cryptography;
using Ax2.Media;

namespace Ax2.TestKit.Media;

/// <summary>An object store without a disk. Its links are no addresses: tests put parts by <see cref="PutPart"/>.</summary>
public sealed class InMemoryObjectStore : IObjectStore
{
    private readonly ConcurrentDictionary<string, byte[]> _objects = new();
    private readonly ConcurrentDictionary<string, ConcurrentDictionary<int, byte[]>> _multiparts = new();

    /// <summary>Whole objects.</summary>
    public ICollection<string> Keys => _objects.Keys;

    /// <summary>Uploads in parts that are neither completed nor aborted.</summary>
    public int OpenMultiparts => _multiparts.Count;

    /// <summary>The open multipart upload of an object.</summary>
    public string MultipartOf(string key) => _multiparts.Keys.Single(id => id.StartsWith($"{key}#", StringComparison.Ordinal));

    public void PutPart(string multipartId, int number, byte[] content) => _multiparts[multipartId][number] = content;

    public Task<string> BeginMultipartAsync(string key, CancellationToken cancellationToken)
    {
        var id = $"{key}#{Guid.CreateVersion7():N}";
        _multiparts[id] = new ConcurrentDictionary<int, byte[]>();
        return Task.FromResult(id);
    }

    public string SignPartUpload(string key, string multipartId, int partNumber, long sizeBytes, TimeSpan lifetime) =>
        $"memory:{multipartId}?part={partNumber}";

    public Task<ImmutableArray<StoredPart>> ListPartsAsync(
        string key, string multipartId, CancellationToken cancellationToken) =>
        Task.FromResult(_multiparts.TryGetValue(multipartId, out var parts)
            ? [.. parts.OrderBy(p => p.Key).Select(p => Describe(p.Key, p.Value))]
            : ImmutableArray<StoredPart>.Empty);

    public Task CompleteMultipartAsync(
        string key, string multipartId, ImmutableArray<StoredPart> parts, CancellationToken cancellationToken)
    {
        if (_multiparts.TryRemove(multipartId, out var stored))
        {
            _objects[key] = [.. parts.SelectMany(part => stored[part.Number])];
        }

        return Task.CompletedTask;
    }

    public Task AbortMultipartAsync(string key, string multipartId, CancellationToken cancellationToken)
    {
        _multiparts.TryRemove(multipartId, out _);
        return Task.CompletedTask;
    }

    public string SignRead(string key, string contentType, string? downloadName, TimeSpan lifetime) => $"memory:{key}";

    public async Task PutAsync(string key, Stream content, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(content);
        using var copy = new MemoryStream();
        await content.CopyToAsync(copy, cancellationToken);
        _objects[key] = copy.ToArray();
    }

    public Task<Stream> OpenReadAsync(string key, CancellationToken cancellationToken) =>
        _objects.TryGetValue(key, out var content)
            ? Task.FromResult<Stream>(new MemoryStream(content, writable: false))
            : throw new ObjectNotFoundException(key);

    public Task<LocalObject> OpenLocalAsync(string key, CancellationToken cancellationToken) =>
        _objects.ContainsKey(key) ? Task.FromResult(new LocalObject(key)) : throw new ObjectNotFoundException(key);

    public Task DeleteAsync(string key, CancellationToken cancellationToken)
    {
        _objects.TryRemove(key, out _);
        return Task.CompletedTask;
    }

    private static StoredPart Describe(int number, byte[] content) =>
        new(number, content.Length, Convert.ToHexStringLower(SHA256.HashData(content)));
}
