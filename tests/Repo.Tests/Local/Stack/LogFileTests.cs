using System.Text;
using Ax2.Local;
using Xunit;

namespace Ax2.Repo.Tests.Local;

public sealed class LogFileTests : IDisposable
{
    private readonly string root = Directory.CreateTempSubdirectory("ax2-log-test-").FullName;

    private string Log => Path.Combine(root, "service.log");

    public void Dispose() => Directory.Delete(root, recursive: true);

    [Fact]
    public void Tail_LongLog_IsItsLastLines()
    {
        File.WriteAllLines(Log, Enumerable.Range(1, 5000).Select(number => $"line {number}"));

        var lines = LogFile.Tail(Log).Split('\n');

        Assert.Equal(20, lines.Length);
        Assert.Equal("line 5000", lines[^1]);
    }

    [Fact]
    public void Tail_NoLog_IsEmpty() => Assert.Empty(LogFile.Tail(Log));

    [Fact]
    public void RefusalOf_LogThatEndsWithOne_IsItsReason()
    {
        File.WriteAllText(
            Log, "info: anything\n2030-01-01T00:00:00.000Z The start is refused. Secrets:Keys is wrong.\n");

        Assert.Equal("Secrets:Keys is wrong.", LogFile.RefusalOf(Log));
    }

    [Theory]
    [InlineData("")]
    [InlineData("2030-01-01T00:00:00.000Z The start is refused. Once.\ninfo: and now it runs\n")]
    public void RefusalOf_LogThatEndsOtherwise_IsNull(string text)
    {
        File.WriteAllText(Log, text);

        Assert.Null(LogFile.RefusalOf(Log));
    }

    [Fact]
    public void Trim_TooLargeWhileItIsWritten_KeepsTheOldAsideAndTheWriterGoesOn()
    {
        using var writer = new FileStream(Log, FileMode.Append, FileAccess.Write, FileShare.ReadWrite);
        writer.SetLength(LogFile.MaxBytes + 1);

        LogFile.Trim(Log);

        Assert.Equal(0, new FileInfo(Log).Length);
        Assert.Equal(LogFile.MaxBytes + 1, new FileInfo(Log + ".1").Length);
    }

    [Fact]
    public void Trim_WithinBounds_LeavesIt()
    {
        File.WriteAllBytes(Log, Encoding.UTF8.GetBytes("short"));

        LogFile.Trim(Log);

        Assert.Equal([Log], Directory.GetFiles(root));
    }
}
