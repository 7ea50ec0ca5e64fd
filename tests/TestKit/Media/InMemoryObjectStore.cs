using System.Collections.Concurrent;
using System.Collections.Immutable;
using System.Globalization;
using System.Security.Cryptography;

namespace Ax2.Media;

/// <summary>The object store of tests that are about something else. Its links are used with <see cref="Send"/>.</summary>
public sealed class InMemoryObjectStore : IObjectStore
{
    private const string Scheme = "memory:";

    private readonly ConcurrentDictionary<string, byte[]> _objects = [];
    private readonly ConcurrentDictionary<string, ConcurrentDictionary<int, byte[]>> _multiparts = [];

    /// <summary>Called with the name of each effect before and after it: a test throws from here to cut it off.</summary>
    public Action<string> OnEffect { get; set; } = _ => { };

    public ICollection<string> Keys => _objects.Keys;

    public ICollection<string> OpenMultiparts => _multiparts.Keys;

    /// <summary>Sends a part to its signed link.</summary>
    public void Send(string url, byte[] bytes)
    {
        if (url.Split('?') is not [_, var query] || query.Split('&') is not [var id, var number, var size])
            throw new ArgumentException("No link of a part.", nameof(url));
        if (bytes.Length != long.Parse(size, CultureInfo.InvariantCulture)) throw new ArgumentException("Wrong size.");
        _multiparts[id][int.Parse(number, CultureInfo.InvariantCulture)] = bytes;
    }

    public Task<string> BeginMultipartAsync(string key, CancellationToken cancellationToken) =>
        Effect("begin", () =>
        {
            var id = Guid.CreateVersion7().ToString("N");
            _multiparts[id] = [];
            return id;
        });

    public string SignPartUpload(string key, string multipartId, int partNumber, long sizeBytes, TimeSpan lifetime) =>
        string.Create(CultureInfo.InvariantCulture, $"{Scheme}{key}?{multipartId}&{partNumber}&{sizeBytes}");

    public string SignRead(string key, string contentType, string? downloadName, TimeSpan lifetime) =>
        $"{Scheme}{key}?{contentType}&{downloadName}";

    public Task<ImmutableArray<StoredPart>> ListPartsAsync(
        string key, string multipartId, CancellationToken cancellationToken) => Task.FromResult<ImmutableArray<StoredPart>>(
            _multiparts.TryGetValue(multipartId, out var parts)
                ? [.. parts.OrderBy(p => p.Key).Select(p => Stored(p.Key, p.Value))]
                : []);

    public Task CompleteMultipartAsync(
        string key, string multipartId, ImmutableArray<StoredPart> parts, CancellationToken cancellationToken) =>
        Effect("complete", () =>
        {
            if (_multiparts.TryGetValue(multipartId, out var sent))
            {
                if (!parts.All(p => sent.TryGetValue(p.Number, out var bytes) && Stored(p.Number, bytes) == p))
                    throw new InvalidOperationException("A part is not in.");
                _objects[key] = [.. parts.SelectMany(p => sent[p.Number])];
            }
            else if (!_objects.ContainsKey(key))
            {
                throw new InvalidOperationException("The multipart upload is unknown.");
            }
            return _multiparts.TryRemove(multipartId, out _);
        });

    public Task AbortMultipartAsync(string key, string multipartId, CancellationToken cancellationToken) =>
        Effect("abort", () => _multiparts.TryRemove(multipartId, out _));

    public async Task PutAsync(string key, Stream content, CancellationToken cancellationToken)
    {
        using var copy = new MemoryStream();
        await content.CopyToAsync(copy, cancellationToken);
        await Effect("put", () => _objects[key] = copy.ToArray());
    }

    public Task<Stream> OpenReadAsync(string key, CancellationToken cancellationToken) =>
        Task.FromResult<Stream>(new MemoryStream(Find(key), writable: false));

    public async Task<LocalObject> OpenLocalAsync(string key, CancellationToken cancellationToken)
    {
        var bytes = Find(key);
        var path = Path.GetTempFileName();
        await File.WriteAllBytesAsync(path, bytes, cancellationToken);
        return new LocalObject(path, () =>
        {
            File.Delete(path);
            return ValueTask.CompletedTask;
        });
    }

    public Task DeleteAsync(string key, CancellationToken cancellationToken) =>
        Effect("delete", () => _objects.TryRemove(key, out _));

    private byte[] Find(string key) =>
        _objects.TryGetValue(key, out var bytes) ? bytes : throw new ObjectNotFoundException(key);

    private Task<T> Effect<T>(string name, Func<T> act)
    {
        OnEffect("before " + name);
        var result = act();
        OnEffect("after " + name);
        return Task.FromResult(result);
    }

    private static StoredPart Stored(int number, byte[] bytes) =>
        new(number, bytes.Length, Convert.ToHexStringLower(SHA256.HashData(bytes)));
}
