using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace Ax2.Local;

/// <summary>
/// A mark of a set of source files: it changes when one is added, removed, renamed or edited. It goes by names, sizes
/// and times and reads no content, so that it takes milliseconds.
/// </summary>
internal static class SourceFingerprint
{
    private static readonly string[] OutputFolders = ["bin", "obj", "node_modules"];

    /// <param name="sources">Files and folders below <paramref name="root"/>; what is not there counts as empty.</param>
    public static string Of(string root, IEnumerable<string> sources)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (var file in sources.SelectMany(source => Files(Path.Combine(root, source))))
        {
            var line = string.Create(CultureInfo.InvariantCulture,
                $"{Path.GetRelativePath(root, file.FullName)}\0{file.Length}\0{file.LastWriteTimeUtc.Ticks}\n");
            hash.AppendData(Encoding.UTF8.GetBytes(line));
        }
        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }

    private static IEnumerable<FileInfo> Files(string path)
    {
        if (File.Exists(path))
            return [new FileInfo(path)];
        var folder = new DirectoryInfo(path);
        return folder.Exists ? Below(folder) : [];
    }

    private static IEnumerable<FileInfo> Below(DirectoryInfo folder) => folder
        .EnumerateFileSystemInfos()
        .OrderBy(entry => entry.Name, StringComparer.Ordinal)
        .SelectMany(entry => entry switch
        {
            FileInfo file => [file],
            DirectoryInfo inner when !OutputFolders.Contains(inner.Name) => Below(inner),
            _ => [],
        });
}
