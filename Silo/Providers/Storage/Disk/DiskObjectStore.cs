using System.Collections.Immutable;
using Ax2.Outages;

namespace Ax2.Media;

/// <summary>Objects as files of one folder. The API's <c>DiskObjectsApi</c> takes and serves the bytes.</summary>
public sealed class DiskObjectStore : IObjectStore
{
    private const int CopyBufferBytes = 1 << 20;

    private readonly string _folder;
    private readonly byte[] _signingKey;
    private readonly DiskObjectLayout _layout;
    private readonly DiskCipher _cipher;
    private readonly TimeProvider _time;

    public DiskObjectStore(DiskStoreOptions options, TimeProvider time)
    {
        ArgumentNullException.ThrowIfNull(options);
        _folder = options.Folder;
        _signingKey = options.ReadSigningKey();
        _layout = new DiskObjectLayout(_folder);
        _cipher = new DiskCipher(options);
        _time = time;
    }

    public Task<string> BeginMultipartAsync(string key, CancellationToken cancellationToken) => StoreAsync(() =>
    {
        var id = DiskObjectLayout.MultipartId(key);
        DiskObjectLayout.CreateFolder(_layout.MultipartFolder(key, id)!);
        return Task.FromResult(id);
    });

    public string SignPartUpload(string key, string multipartId, int partNumber, long sizeBytes, TimeSpan lifetime) =>
        new DiskPartLink(key, multipartId, partNumber, sizeBytes, _time.GetUtcNow() + lifetime).Sign(_signingKey);

    public string SignRead(string key, string contentType, string? downloadName, TimeSpan lifetime) =>
        new DiskReadLink(key, contentType, downloadName ?? "", _time.GetUtcNow() + lifetime).Sign(_signingKey);

    public Task<ImmutableArray<StoredPart>> ListPartsAsync(
        string key, string multipartId, CancellationToken cancellationToken) => StoreAsync(() =>
    {
        var parts = _layout.MultipartFolder(key, multipartId) is { } folder ? DiskParts.List(folder) : [];
        return Task.FromResult<ImmutableArray<StoredPart>>(
            [.. parts.Select(p => new StoredPart(p.Number, p.SizeBytes, p.Sha256))]);
    });

    public Task CompleteMultipartAsync(
        string key, string multipartId, ImmutableArray<StoredPart> parts, CancellationToken cancellationToken) =>
        StoreAsync(() => CompleteAsync(key, multipartId, parts, cancellationToken));

    private async Task CompleteAsync(
        string key, string multipartId, ImmutableArray<StoredPart> parts, CancellationToken cancellationToken)
    {
        if (parts.IsDefaultOrEmpty) throw new ArgumentException("An object has at least one part.", nameof(parts));
        var target = _layout.ObjectFile(key);
        var folder = _layout.MultipartFolder(key, multipartId) ?? throw UnknownMultipart(key);
        if (parts.All(p => Exists(PartFile(folder, p))))
            await JoinAsync(key, folder, parts, target, cancellationToken);
        else if (!IsJoined(key, target, parts))
            throw UnknownMultipart(key);
        DiskSweep.Remove(folder, _layout.Temporary);
    }

    public Task AbortMultipartAsync(string key, string multipartId, CancellationToken cancellationToken)
    {
        if (_layout.MultipartFolder(key, multipartId) is { } folder) DiskSweep.Remove(folder, _layout.Temporary);
        return Task.CompletedTask;
    }

    public Task PutAsync(string key, Stream content, CancellationToken cancellationToken) =>
        StoreAsync(() => WriteAsync(key, content, cancellationToken));

    private Task WriteAsync(string key, Stream content, CancellationToken cancellationToken) => WriteAsync(
        key, _layout.ObjectFile(key), file => content.CopyToAsync(file, CopyBufferBytes, cancellationToken),
        cancellationToken);

    public Task<Stream> OpenReadAsync(string key, CancellationToken cancellationToken) => StoreAsync(() =>
    {
        try
        {
            return Task.FromResult<Stream>(new DiskObjectStream(_cipher.Open(_layout.ObjectFile(key), key), FaultOf));
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            throw new ObjectNotFoundException(key);
        }
    });

    public Task<LocalObject> OpenLocalAsync(string key, CancellationToken cancellationToken) => StoreAsync(async () =>
    {
        var path = _layout.ObjectFile(key);
        if (!Exists(path)) throw new ObjectNotFoundException(key);
        await using var content = _cipher.OpenEncrypted(path, key);
        return content is null ? new LocalObject(path) : await CopyOutAsync(content, cancellationToken);
    });

    public Task DeleteAsync(string key, CancellationToken cancellationToken)
    {
        var path = _layout.ObjectFile(key);
        try
        {
            File.Delete(path);
        }
        catch (DirectoryNotFoundException)
        {
            // There is none, or another deletion has just emptied and removed its folder.
        }
        DiskSweep.RemoveEmptyAbove(path, _layout.Objects);
        return Task.CompletedTask;
    }

    /// <summary>
    /// A copy in clear, for as long as a tool reads it. It stays open, which shows a sweep that it is in use.
    /// </summary>
    private async Task<LocalObject> CopyOutAsync(Stream content, CancellationToken cancellationToken)
    {
        DiskObjectLayout.CreateFolder(_layout.Temporary);
        var copy = new FileStream(
            Path.Combine(_layout.Temporary, DiskObjectLayout.NewName()),
            FileMode.CreateNew, FileAccess.ReadWrite, FileShare.Read, 0, FileOptions.Asynchronous);
        var local = new LocalObject(copy.Name, async () =>
        {
            File.Delete(copy.Name);
            await copy.DisposeAsync();
        });
        try
        {
            await content.CopyToAsync(copy, CopyBufferBytes, cancellationToken);
            return local;
        }
        catch
        {
            await local.DisposeAsync();
            throw;
        }
    }

    private async Task JoinAsync(
        string key, string folder, ImmutableArray<StoredPart> parts, string target,
        CancellationToken cancellationToken)
    {
        if (parts is [var only])
        {
            // It is durable under its own name already, so it only needs another.
            DiskObjectFile.RenameInNewFolder(PartFile(folder, only), target);
            return;
        }
        await WriteAsync(
            key,
            target,
            async file =>
            {
                foreach (var part in parts) await AppendAsync(key, folder, part, file, cancellationToken);
            },
            cancellationToken);
    }

    private static string PartFile(string folder, StoredPart part) =>
        Path.Combine(folder, DiskObjectLayout.PartName(part.Number, part.SizeBytes, part.Sha256));

    private async Task AppendAsync(
        string key, string folder, StoredPart part, Stream target, CancellationToken cancellationToken)
    {
        await using var source = _cipher.Open(PartFile(folder, part), key);
        if (source.Length != part.SizeBytes)
            throw new InvalidDataException($"Part {part.Number} has {source.Length} bytes, not {part.SizeBytes}.");
        await source.CopyToAsync(target, CopyBufferBytes, cancellationToken);
    }

    /// <summary>
    /// A repeat after success, or after a crash between the last rename and the removal of the parts.
    /// </summary>
    private bool IsJoined(string key, string target, ImmutableArray<StoredPart> parts)
    {
        if (!Exists(target)) return false;
        using var content = _cipher.Open(target, key);
        return content.Length == parts.Sum(p => p.SizeBytes);
    }

    /// <summary>Whether the file is there. <see cref="File.Exists"/> says no to every fault of the disk, too.</summary>
    private static bool Exists(string path)
    {
        try
        {
            return !File.GetAttributes(path).HasFlag(FileAttributes.Directory);
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            return false;
        }
    }

    private async Task WriteAsync(
        string key, string target, Func<Stream, Task> write, CancellationToken cancellationToken)
    {
        DiskObjectLayout.CreateFolder(_layout.Temporary);
        var path = Path.Combine(_layout.Temporary, DiskObjectLayout.NewName());
        try
        {
            await using var file = DiskObjectFile.Create(path);
            await _cipher.WriteAsync(file, key, write, cancellationToken);
            DiskObjectFile.Commit(file, target);
        }
        finally
        {
            File.Delete(path);
        }
    }

    private async Task StoreAsync(Func<Task> store) => await StoreAsync(async () =>
    {
        await store();
        return true;
    });

    private async Task<T> StoreAsync<T>(Func<Task<T>> store)
    {
        try
        {
            return await store();
        }
        catch (Exception e) when (FaultOf(e) is { } fault)
        {
            throw fault;
        }
    }

    /// <summary>Null when it is no outage of the disk.</summary>
    private StorageFaultException? FaultOf(Exception e) => StorageFaults.CodeOf(e) is { } code
        ? new StorageFaultException(code, code == StorageFaults.Full
            ? $"The disk of the object store is full ({_folder}): free some space."
            : $"The object store cannot be used ({_folder}): {StorageFaults.Describe(e)}")
        : null;

    private static InvalidOperationException UnknownMultipart(string key) =>
        new($"The multipart upload of '{key}' is unknown, or a part that it names is not in.");
}
