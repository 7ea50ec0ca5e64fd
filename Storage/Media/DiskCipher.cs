using Ax2.Secrets;

namespace Ax2.Media;

/// <summary>
/// The contents of the disk store's files: encrypted under the current key of
/// <see cref="DiskStoreOptions.Encryption"/>, or as they are. A part and the object that it becomes are both bound to
/// the object's key. What is read decides by itself, so that files from before encryption stay readable.
/// </summary>
public sealed class DiskCipher
{
    private readonly SecretKeys? keys;

    public DiskCipher(DiskStoreOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        keys = options.Encryption.Keys.Count > 0 ? new SecretKeys(options.Encryption) : null;
    }

    /// <summary>Lets <paramref name="write"/> fill the file through the stream that it gets.</summary>
    public async Task WriteAsync(
        FileStream file, string key, Func<Stream, Task> write, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(write);
        if (keys is not { CurrentId.Length: > 0 })
        {
            await write(file);
            return;
        }

        await using var encrypting = new EncryptingStream(file, keys, key);
        await write(encrypting);
        await encrypting.CompleteAsync(cancellationToken);
    }

    /// <summary>Throws what opening a file throws, and <see cref="DecryptionException"/>.</summary>
    public Stream Open(string path, string key) => OpenEncrypted(path, key) ?? new FileStream(
        path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete, 0, FileOptions.Asynchronous);

    /// <summary>Null when the file is not encrypted: then its path is as good.</summary>
    public Stream? OpenEncrypted(string path, string key)
    {
        if (keys is null) return null;
        var file = File.OpenHandle(
            path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete, FileOptions.Asynchronous);
        if (DecryptingStream.IsEncrypted(file)) return new DecryptingStream(file, keys, key);
        file.Dispose();
        return null;
    }
}
