using Ax2.Local;
using Xunit;

namespace Ax2.Tests.Local;

public sealed class PreparedFolderTests : IDisposable
{
    private readonly string root = Directory.CreateTempSubdirectory("ax2-prepared-test-").FullName;

    private string Target => Path.Combine(root, "tool");

    public void Dispose() => Directory.Delete(root, recursive: true);

    [Fact]
    public async Task Ensure_ManyAtOnce_FillsOnce()
    {
        var fills = 0;
        async Task Fill(string folder, CancellationToken token)
        {
            Interlocked.Increment(ref fills);
            await File.WriteAllTextAsync(Path.Combine(folder, "a"), "a", token);
        }

        await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => Task.Run(() => EnsureAsync(Fill))));

        Assert.Equal(1, fills);
        Assert.True(File.Exists(Path.Combine(Target, "a")));
    }

    [Fact]
    public async Task Ensure_FillFails_LeavesNothingAndMayBeRepeated()
    {
        await Assert.ThrowsAsync<SetupException>(() => EnsureAsync((folder, _) =>
        {
            File.WriteAllText(Path.Combine(folder, "half"), "");
            throw new SetupException("no network");
        }));
        Assert.Empty(Directory.GetDirectories(root));

        await EnsureAsync((folder, token) => File.WriteAllTextAsync(Path.Combine(folder, "whole"), "", token));

        Assert.Equal(["whole"], Directory.GetFiles(Target).Select(Path.GetFileName));
    }

    [Fact]
    public async Task VerifySha256_OtherContent_Throws()
    {
        var file = Path.Combine(root, "file");
        await File.WriteAllTextAsync(file, "abc", TestContext.Current.CancellationToken);
        const string Abc = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";
        await PreparedFolder.VerifySha256Async(file, Abc, TestContext.Current.CancellationToken);

        await File.AppendAllTextAsync(file, "d", TestContext.Current.CancellationToken);

        await Assert.ThrowsAsync<IntegrityException>(
            () => PreparedFolder.VerifySha256Async(file, Abc, TestContext.Current.CancellationToken));
    }

    private Task EnsureAsync(Func<string, CancellationToken, Task> fill) =>
        PreparedFolder.EnsureAsync(Target, fill, TimeProvider.System, TestContext.Current.CancellationToken);
}
