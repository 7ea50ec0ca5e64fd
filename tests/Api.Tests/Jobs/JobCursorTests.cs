using Ax2.Jobs;
using Xunit;

namespace Ax2.Tests.Jobs;

public sealed class JobCursorTests
{
    private static readonly JobCursor Cursor = new(
        new DateTimeOffset(2026, 1, 2, 3, 4, 5, TimeSpan.Zero).AddTicks(1230),
        new Guid("01890a5d-ac96-774b-bcce-b302099a8057"));

    [Fact]
    public void TryParse_ItsOwnText_IsTheSamePlace()
    {
        Assert.True(JobCursor.TryParse(Cursor.ToString(), out var parsed));

        Assert.Equal(Cursor, parsed);
        Assert.Matches("^[A-Za-z0-9_-]+$", Cursor.ToString());
    }

    [Theory]
    [InlineData("")]
    [InlineData("x")]
    [InlineData("!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!")]
    [InlineData("AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA")]
    [InlineData("AX__________AAAAAAAAAAAAAAAAAAAAAA")]
    [InlineData("AYAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA")]
    [InlineData("'; DROP TABLE ax2.jobs; --12345678")]
    public void TryParse_AnythingElse_IsRefused(string text)
    {
        Assert.False(JobCursor.TryParse(text, out var parsed));

        Assert.Null(parsed);
    }

    [Fact]
    public void TryParse_CutOrLengthened_IsRefused()
    {
        var text = Cursor.ToString();

        Assert.False(JobCursor.TryParse(text[..^1], out _));
        Assert.False(JobCursor.TryParse(text + "A", out _));
        Assert.False(JobCursor.TryParse(" " + text[1..], out _));
    }
}
