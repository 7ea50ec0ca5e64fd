using System.Collections.Concurrent;
using System.Collections.Immutable;
using System.Globalization;
using System.Security.Cryptography;
using Ax2.Media;

namespace Ax2.TestKit.Media;

/// <summary>
/// An object store without a disk. Its links are no addresses: tests use them with <see cref="Send"/>.
/// </summary>
public sealed class InMemoryObjectStore : IObjectStore
{
    private readonly ConcurrentDictionary<string, byte[]> _objects = new();
    private readonly ConcurrentDictionary<string, ConcurrentDictionary<int, byte[]>> _multiparts = new();

    /// <summary>
    /// Told of each effect before and after it, as <c>after delete</c>; throw from here to cut it off.
    /// </summary>
    public Action<string> OnEffect { get; set; } = _ => { };

    /// <summary>Runs before parts are listed.</summary>
    public Func<Task> BeforeList { get; set; } = () => Task.CompletedTask;

    /// <summary>Told of each key before it is read; throw from here to fail that.</summary>
    public Action<string> OnRead { get; set; } = _ => { };

    /// <summary>Whole objects.</summary>
    public ICollection<string> Keys => _objects.Keys;

    /// <summary>Uploads in parts that are neither completed nor aborted.</summary>
    public int OpenMultiparts => _multiparts.Count;

    /// <summary>The open multipart upload of an object.</summary>
    public string MultipartOf(string key) =>
        _multiparts.Keys.Single(id => id.StartsWith($"{key}#", StringComparison.Ordinal));

    public void PutPart(string multipartId, int number, byte[] content) => _multiparts[multipartId][number] = content;

    /// <summary>Sends a part to its signed link.</summary>
    public void Send(string url, byte[] content)
    {
        ArgumentNullException.ThrowIfNull(url);
        if (url.Split('?', '&') is not [var multipartId, var number, var size] || Number(size) != content.Length)
            throw new ArgumentException("No link of such a part.", nameof(url));
        PutPart(multipartId["memory:".Length..], (int)Number(number), content);
    }

    public Task<string> BeginMultipartAsync(string key, CancellationToken cancellationToken) => Effect("begin", () =>
    {
        var id = $"{key}#{Guid.CreateVersion7():N}";
        _multiparts[id] = new ConcurrentDictionary<int, byte[]>();
        return id;
    });

    public string SignPartUpload(string key, string multipartId, int partNumber, long sizeBytes, TimeSpan lifetime) =>
        string.Create(CultureInfo.InvariantCulture, $"memory:{multipartId}?{partNumber}&{sizeBytes}");

    public async Task<ImmutableArray<StoredPart>> ListPartsAsync(
        string key, string multipartId, CancellationToken cancellationToken)
    {
        await BeforeList();
        return _multiparts.TryGetValue(multipartId, out var parts)
            ? [.. parts.OrderBy(p => p.Key).Select(p => Describe(p.Key, p.Value))]
            : [];
    }

    public Task CompleteMultipartAsync(
        string key, string multipartId, ImmutableArray<StoredPart> parts, CancellationToken cancellationToken) =>
        Effect("complete", () =>
        {
            if (_multiparts.TryGetValue(multipartId, out var sent))
            {
                if (!parts.All(p => sent.TryGetValue(p.Number, out var content) && Describe(p.Number, content) == p))
                    throw new InvalidOperationException("A part is not in.");
                _objects[key] = [.. parts.SelectMany(part => sent[part.Number])];
            }
            else if (!_objects.ContainsKey(key))
            {
                throw new InvalidOperationException("The multipart upload is unknown.");
            }

            return _multiparts.TryRemove(multipartId, out _);
        });

    public Task AbortMultipartAsync(string key, string multipartId, CancellationToken cancellationToken) =>
        Effect("abort", () => _multiparts.TryRemove(multipartId, out _));

    public string SignRead(string key, string contentType, string? downloadName, TimeSpan lifetime) => $"memory:{key}";

    public async Task PutAsync(string key, Stream content, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(content);
        using var copy = new MemoryStream();
        await content.CopyToAsync(copy, cancellationToken);
        await Effect("put", () => _objects[key] = copy.ToArray());
    }

    public Task<Stream> OpenReadAsync(string key, CancellationToken cancellationToken) =>
        Task.FromResult<Stream>(new MemoryStream(Find(key), writable: false));

    public async Task<LocalObject> OpenLocalAsync(string key, CancellationToken cancellationToken)
    {
        var content = Find(key);
        var path = Path.GetTempFileName();
        await File.WriteAllBytesAsync(path, content, cancellationToken);
        return new LocalObject(path, () =>
        {
            File.Delete(path);
            return ValueTask.CompletedTask;
        });
    }

    public Task DeleteAsync(string key, CancellationToken cancellationToken) =>
        Effect("delete", () => _objects.TryRemove(key, out _));

    private byte[] Find(string key)
    {
        OnRead(key);
        return _objects.TryGetValue(key, out var content) ? content : throw new ObjectNotFoundException(key);
    }

    private Task<T> Effect<T>(string name, Func<T> act)
    {
        OnEffect("before " + name);
        var result = act();
        OnEffect("after " + name);
        return Task.FromResult(result);
    }

    private static long Number(string text) => long.Parse(text, CultureInfo.InvariantCulture);

    private static StoredPart Describe(int number, byte[] content) =>
        new(number, content.Length, Convert.ToHexStringLower(SHA256.HashData(content)));
}
