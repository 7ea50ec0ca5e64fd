using Ax2.Postgres;
using Xunit;

namespace Ax2.Tests.Postgres;

public sealed class MigrationScriptTests
{
    [Theory]
    [InlineData("-- ax2: no transaction\nSELECT 1", false)]
    [InlineData("-- ax2: no transaction\r\nSELECT 1", false)]
    [InlineData("-- ax2: no transactions\nSELECT 1", true)]
    [InlineData("SELECT 1;\n-- ax2: no transaction", true)]
    public void IsTransactional_FirstLineIsTheMarker_IsFalse(string text, bool expected) =>
        Assert.Equal(expected, new MigrationScript("1", text).IsTransactional);

    [Theory]
    [InlineData("SELECT 1", "SELECT 1")]
    [InlineData("SELECT 1;\nSELECT 2;\n\n", "SELECT 1", "SELECT 2")]
    [InlineData("-- a; b\nSELECT 1; SELECT 2", "-- a; b\nSELECT 1", "SELECT 2")]
    [InlineData("SELECT ';', '''; '; SELECT \";\"", "SELECT ';', '''; '", "SELECT \";\"")]
    [InlineData("DO $$ BEGIN; END; $$; DO $a$ ';$$ $a$;", "DO $$ BEGIN; END; $$", "DO $a$ ';$$ $a$")]
    [InlineData("-- it's one\nSELECT 1; -- isn't it\nSELECT 2", "-- it's one\nSELECT 1", "-- isn't it\nSELECT 2")]
    public void Statements_SemicolonsInCommentsAndTexts_EndNone(string text, params string[] statements) =>
        Assert.Equal(statements, new MigrationScript("1", text).Statements);
}
