using Ax2.Local;
using Ax2.TestKit;
using Ax2.TestKit.Cluster;
using Xunit;

namespace Ax2.Tests.Cluster;

[NeedsProcesses]
public sealed class ChildProcessTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("ax2-child-").FullName;

    [Fact]
    public void Dispose_ProcessRuns_EndsIt()
    {
        var process = Start("sleep", "1000");
        var identity = ProcessIdentity.Of(process.Id)!;

        process.Dispose();

        Assert.False(identity.IsAlive);
    }

    [Fact]
    public void Dispose_ProcessFrozen_EndsIt()
    {
        var process = Start("sleep", "1000");
        var identity = ProcessIdentity.Of(process.Id)!;

        process.Freeze();
        process.Dispose();

        Assert.False(identity.IsAlive);
    }

    [Fact]
    public async Task WaitForExit_ProcessEnds_AnswersItsCodeAndKeepsItsOutput()
    {
        using var process = Start("sh", "-c", "echo said; echo failed >&2; exit 7");

        Assert.Equal(7, await process.WaitForExitAsync(TestContext.Current.CancellationToken));
        Assert.Equal("said\nfailed\n", File.ReadAllText(Log));
    }

    [Fact]
    public async Task Kill_AfterItsEnd_DoesNothing()
    {
        using var process = Start("true");
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);

        process.Kill();

        Assert.True(process.HasExited);
    }

    private string Log => Path.Combine(_folder, "log");

    private ChildProcess Start(params string[] command) =>
        ChildProcess.Start(command, Log, _folder, new Dictionary<string, string>());

    public void Dispose() => Directory.Delete(_folder, recursive: true);
}
