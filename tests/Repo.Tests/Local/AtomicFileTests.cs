using System.Runtime.Versioning;
using Ax2.Local;
using Xunit;

namespace Ax2.Repo.Tests.Local;

public sealed class AtomicFileTests : IDisposable
{
    private readonly string root = Directory.CreateTempSubdirectory("ax2-file-test-").FullName;

    public void Dispose() => Directory.Delete(root, recursive: true);

    [Fact]
    public void Write_OverAFile_ReplacesItAndLeavesNothingElse()
    {
        var path = Path.Combine(root, "a");
        AtomicFile.Write(path, [1, 2, 3]);

        AtomicFile.Write(path, [4]);

        Assert.Equal([4], File.ReadAllBytes(path));
        Assert.Equal([path], Directory.GetFileSystemEntries(root));
    }

    [Fact]
    public void Write_TargetIsAFolder_FailsAndLeavesNothingElse()
    {
        var path = Path.Combine(root, "folder");
        Directory.CreateDirectory(path);

        Assert.ThrowsAny<Exception>(() => AtomicFile.Write(path, [1]));

        Assert.Equal([path], Directory.GetFileSystemEntries(root));
    }

    [Fact, UnsupportedOSPlatform("windows")]
    public void WriteSecret_NewFile_IsItsOwnersOnly()
    {
        var path = Path.Combine(root, "secrets", "key");

        AtomicFile.WriteSecret(path, [1]);

        Assert.Equal("600", Convert.ToString((int)File.GetUnixFileMode(path), 8));
        Assert.Equal("700", Convert.ToString((int)File.GetUnixFileMode(Path.GetDirectoryName(path)!), 8));
    }
}
