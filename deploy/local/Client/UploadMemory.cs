using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace Ax2.Local.Client;

/// <summary>
/// Remembers which upload a file's bytes are going to, so that the same command goes on with it after an interruption.
/// A file that was changed since, by its size or time, is another file.
/// </summary>
internal sealed class UploadMemory
{
    private readonly string path;

    /// <param name="folder">One small file for each upload that is under way.</param>
    /// <param name="account">Whose uploads they are: another account's cannot be continued.</param>
    public UploadMemory(string folder, string account, FileInfo file)
    {
        var identity = string.Create(CultureInfo.InvariantCulture,
            $"{account}\0{file.FullName}\0{file.Length}\0{file.LastWriteTimeUtc.Ticks}");
        path = Path.Combine(folder, Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(identity))));
    }

    public Guid? Recall() =>
        File.Exists(path) && Guid.TryParse(File.ReadAllText(path), out var id) ? id : null;

    public void Remember(Guid uploadId) => AtomicFile.Write(path, Encoding.ASCII.GetBytes(uploadId.ToString()));

    public void Forget()
    {
        if (File.Exists(path))
            File.Delete(path);
    }
}
