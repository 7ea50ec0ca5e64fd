using System.Diagnostics;
using Ax2.Local;
using Ax2.TestKit;
using Xunit;

namespace Ax2.Repo.Tests.Local;

[NeedsProcesses]
public sealed class SignalsTests
{
    private const int Terminated = 128 + 15;
    private const int Killed = 128 + 9;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Stop_ProcessThatListens_EndsItGently()
    {
        using var process = Process.Start("sleep", "600");

        var gently = await Signals.StopAsync(
            ProcessIdentity.Of(process.Id)!, TimeSpan.FromSeconds(20), TimeProvider.System);

        await process.WaitForExitAsync(Cancel);
        Assert.True(gently);
        Assert.Equal(Terminated, process.ExitCode);
    }

    [Fact]
    public async Task Stop_ProcessThatDoesNotListen_KillsIt()
    {
        using var process = Process.Start(new ProcessStartInfo("/bin/sh",
            ["-c", "trap '' TERM; echo deaf; while :; do sleep 1; done"]) { RedirectStandardOutput = true })!;
        Assert.Equal("deaf", await process.StandardOutput.ReadLineAsync(Cancel));

        var gently = await Signals.StopAsync(
            ProcessIdentity.Of(process.Id)!, TimeSpan.FromMilliseconds(200), TimeProvider.System);

        await process.WaitForExitAsync(Cancel);
        Assert.False(gently);
        Assert.Equal(Killed, process.ExitCode);
    }

    [Fact]
    public async Task Stop_IdThatIsAStrangersNow_LeavesTheStrangerAlone()
    {
        using var stranger = Process.Start("sleep", "600");
        try
        {
            var recycled = ProcessIdentity.Of(stranger.Id)! with { Start = "before" };

            Assert.True(await Signals.StopAsync(recycled, TimeSpan.FromSeconds(20), TimeProvider.System));

            Assert.False(stranger.HasExited);
        }
        finally
        {
            stranger.Kill();
        }
    }
}
