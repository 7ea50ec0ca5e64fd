using System.Text;
using Xunit;

namespace Ax2.Credits;

public sealed class StatementCsvTests
{
    private static readonly DateTimeOffset Start = new(2030, 1, 1, 0, 0, 0, TimeSpan.Zero);

    [Fact]
    public void Write_HasOpeningEntriesAndClosing()
    {
        var lines = Lines(Entry("top-up"));

        Assert.Equal(5, lines.Length);
        Assert.Equal(",2030-01-01T00:00:00.0000000Z,Opening,,,0,0,,,", lines[1]);
        Assert.Equal("1,2030-01-01T01:00:00.0000000Z,Granted,10,0,10,0,\"g\",,\"top-up\"", lines[2]);
        Assert.Equal(",2030-01-02T00:00:00.0000000Z,Closing,,,10,0,,,", lines[3]);
        Assert.Equal("", lines[4]);
    }

    [Theory]
    [InlineData("=1+1", "\"'=1+1\"")]
    [InlineData("@x", "\"'@x\"")]
    [InlineData("say \"hi\", 안녕", "\"say \"\"hi\"\", 안녕\"")]
    public void Write_TextsAreNeverFormulasAndAlwaysQuoted(string reason, string field) =>
        Assert.EndsWith("," + field, Lines(Entry(reason))[2], StringComparison.Ordinal);

    [Fact]
    public void Write_BeginsWithTheMark() =>
        Assert.Equal(Encoding.UTF8.Preamble.ToArray(), StatementCsv.Write(Statement(Entry("x")))[..3]);

    private static string[] Lines(CreditEntry entry) =>
        Encoding.UTF8.GetString(StatementCsv.Write(Statement(entry))).Split("\r\n");

    private static CreditEntry Entry(string reason) => new(
        1, Start.AddHours(1), EntryKind.Granted, new CreditAmounts { Available = 10, Issued = -10 },
        new CreditBalance(10, 0), "g", null, 1, reason);

    private static CreditStatement Statement(CreditEntry entry) => new(
        Start, Start.AddDays(1), CreditBalance.Zero, [entry], new CreditBalance(10, 0), true);
}
