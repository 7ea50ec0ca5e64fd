using System.Formats.Tar;
using System.IO.Compression;
using System.Security.Cryptography;
using Ax2.Local;
using Xunit;

namespace Ax2.Tests.Local;

public sealed class NpmPackageTests : IDisposable
{
    private readonly string folder = Directory.CreateTempSubdirectory("ax2-npm-test-").FullName;

    public void Dispose() => Directory.Delete(folder, recursive: true);

    [Fact]
    public async Task Verify_OtherBytesThanPinned_Throws()
    {
        var tarball = Tarball(("package/a.txt", "a"));
        var package = new NpmPackage("a", "1.0.0", Integrity(tarball));
        await package.VerifyAsync(tarball, TestContext.Current.CancellationToken);

        await File.AppendAllTextAsync(tarball, "x", TestContext.Current.CancellationToken);

        var failure = await Assert.ThrowsAsync<IntegrityException>(
            () => package.VerifyAsync(tarball, TestContext.Current.CancellationToken));
        Assert.Contains(package.Integrity, failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Unpack_ChosenFiles_OnlyThoseAreWritten()
    {
        var tarball = Tarball(("package/a.txt", "a"), ("package/b/c.txt", "c"));

        await UnpackAsync(tarball, path => path == "b/c.txt" ? "d/e.txt" : null);

        Assert.Equal([Path.Combine(folder, "out", "d", "e.txt")],
            Directory.GetFiles(Path.Combine(folder, "out"), "*", SearchOption.AllDirectories));
        Assert.Equal("c", await File.ReadAllTextAsync(
            Path.Combine(folder, "out", "d", "e.txt"), TestContext.Current.CancellationToken));
    }

    [Theory]
    [InlineData("package/../../escaped.txt")]
    [InlineData("package//tmp/ax2-escaped.txt")]
    public async Task Unpack_PathOutsideTheFolder_Throws(string name)
    {
        var tarball = Tarball((name, "bad"));

        await Assert.ThrowsAsync<IntegrityException>(() => UnpackAsync(tarball, path => path));

        Assert.False(File.Exists(Path.Combine(folder, "escaped.txt")));
        Assert.False(File.Exists("/tmp/ax2-escaped.txt"));
    }

    [Fact]
    public async Task Unpack_Link_IsLeftOut()
    {
        var tarball = Path.Combine(folder, "link.tgz");
        await using (var archive = Writer(tarball))
            await archive.WriteEntryAsync(
                new PaxTarEntry(TarEntryType.SymbolicLink, "package/link") { LinkName = "/etc/passwd" },
                TestContext.Current.CancellationToken);

        await UnpackAsync(tarball, path => path);

        Assert.False(Path.Exists(Path.Combine(folder, "out", "link")));
    }

    private Task UnpackAsync(string tarball, Func<string, string?> choose) =>
        NpmPackage.UnpackAsync(tarball, Path.Combine(folder, "out"), choose, TestContext.Current.CancellationToken);

    private string Tarball(params (string Name, string Content)[] entries)
    {
        var tarball = Path.Combine(folder, "package.tgz");
        using var archive = Writer(tarball);
        foreach (var (name, content) in entries)
        {
            using var data = new MemoryStream(System.Text.Encoding.UTF8.GetBytes(content));
            archive.WriteEntry(new PaxTarEntry(TarEntryType.RegularFile, name) { DataStream = data });
        }
        return tarball;
    }

    private static TarWriter Writer(string tarball) =>
        new(new GZipStream(File.Create(tarball), CompressionLevel.Fastest), TarEntryFormat.Pax, leaveOpen: false);

    private static string Integrity(string tarball) =>
        "sha512-" + Convert.ToBase64String(SHA512.HashData(File.ReadAllBytes(tarball)));
}
