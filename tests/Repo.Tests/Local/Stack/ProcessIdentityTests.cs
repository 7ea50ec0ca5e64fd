using System.Diagnostics;
using Ax2.Local;
using Xunit;

namespace Ax2.Repo.Tests.Local;

public sealed class ProcessIdentityTests
{
    private const string After = " 1 1 1 0 -1 4194560 1 2 3 4 5 6 7 8 20 0 1 0 987654 100 200";

    [Theory]
    [InlineData("42 (sleep) S")]
    [InlineData("42 (a) b (c)) R")]
    [InlineData("42 (12 34) Z 56) S")]
    public void StartTicks_AnyProgramName_FindsTheField(string before) =>
        Assert.Equal("987654", ProcessIdentity.StartTicks(before + After));

    [Fact]
    public void StartTicks_Zombie_IsNoProcess() => Assert.Null(ProcessIdentity.StartTicks("42 (sleep) Z" + After));

    [Fact]
    public void StartTicks_CutShort_IsNoProcess() => Assert.Null(ProcessIdentity.StartTicks("42 (sleep) S 1 2"));

    [Fact]
    public void Of_ThisProcess_IsAliveAndTheSameTwice()
    {
        var first = ProcessIdentity.Of(Environment.ProcessId);

        Assert.NotNull(first);
        Assert.True(first.IsAlive);
        Assert.Equal(first, ProcessIdentity.Of(Environment.ProcessId));
    }

    [Fact]
    public void IsAlive_SameIdOfAnotherStart_IsFalse() =>
        Assert.False((ProcessIdentity.Of(Environment.ProcessId)! with { Start = "earlier" }).IsAlive);

    [Fact]
    public async Task Of_ProcessThatEnded_IsNull()
    {
        using var process = Process.Start("true");
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);

        Assert.Null(ProcessIdentity.Of(process.Id));
    }
}
