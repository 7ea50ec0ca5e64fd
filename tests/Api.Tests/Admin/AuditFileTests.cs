using System.Text;
using System.Text.Json;
using Xunit;

namespace Ax2.Admin;

public sealed class AuditFileTests
{
    private static readonly AuditEntry Entry = new(
        7, new Guid(1, 0, 0, new byte[8]), AuditPhase.Outcome, new DateTimeOffset(2030, 1, 1, 9, 0, 0, TimeSpan.FromHours(9)),
        "kim", "credits_adjust", "workspace/1", "127.0.0.1", """{"reason": "=1+1, \"환불\""}""");

    [Fact]
    public void Csv_BeginsWithTheMarkAndTheNames() => Assert.Equal(
        "\uFEFFnumber,time,act,phase,actor,action,target,address,content\r\n",
        Encoding.UTF8.GetString(AuditFile.Csv.Begin.Span));

    [Fact]
    public void Csv_RecordIsOneLine_TextsQuoted() => Assert.Equal(
        "7,2030-01-01T00:00:00.0000000Z,00000001-0000-0000-0000-000000000000,Outcome,\"kim\",\"credits_adjust\","
        + "\"workspace/1\",\"127.0.0.1\",\"{\"\"reason\"\": \"\"=1+1, \\\"\"환불\\\"\"\"\"}\"\r\n",
        Encoding.UTF8.GetString(AuditFile.Csv.Write([Entry]).Span));

    [Theory]
    [InlineData("=cmd()")]
    [InlineData("+1")]
    [InlineData("@x")]
    public void Csv_TextThatASpreadsheetWouldRun_IsKeptFromIt(string target) => Assert.Contains(
        $"\"'{target}\"", Encoding.UTF8.GetString(AuditFile.Csv.Write([Entry with { Target = target }]).Span),
        StringComparison.Ordinal);

    [Fact]
    public void Ndjson_RecordIsOneLineOfJson()
    {
        var file = AuditFile.Ndjson(new JsonSerializerOptions(JsonSerializerDefaults.Web));

        var lines = Encoding.UTF8.GetString(file.Write([Entry, Entry with { Number = 6 }]).Span).Split('\n');

        Assert.Equal(3, lines.Length);
        Assert.Equal("", lines[2]);
        var first = JsonDocument.Parse(lines[0]).RootElement;
        Assert.Equal(7, first.GetProperty("number").GetInt64());
        Assert.Equal("=1+1, \"환불\"", first.GetProperty("content").GetProperty("reason").GetString());
    }
}
