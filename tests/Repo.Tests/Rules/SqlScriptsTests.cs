using System.Security.Cryptography;
using Ax2.TestKit;
using Xunit;

namespace Ax2.Tests.Rules;

public sealed class SqlScriptsTests
{
    private static readonly string Folder = Path.Combine(Ax2Home.RepositoryRoot, "sql");
    private static readonly HashSet<int> NoGaps = [];

    [Fact]
    public void AppScripts_AreNumberedWithoutAGap() =>
        Assert.Empty(SqlScripts.CheckNumbers(Names("app"), new HashSet<int> { 5 }));

    [Fact]
    public void OrleansScripts_AreNumberedWithoutAGap() =>
        Assert.Empty(SqlScripts.CheckNumbers(Names("orleans"), NoGaps));

    [Fact]
    public void AppliedScripts_StayAsTheyAre()
    {
        var hashes = Directory.EnumerateFiles(Folder, "*.sql", SearchOption.AllDirectories)
            .Select(path => (Name: Path.GetRelativePath(Folder, path).Replace('\\', '/'), path))
            .Where(script => script.Name.StartsWith("app/", StringComparison.Ordinal)
                || script.Name.StartsWith("orleans/", StringComparison.Ordinal))
            .ToDictionary(
                script => script.Name,
                script => Convert.ToHexStringLower(SHA256.HashData(File.ReadAllBytes(script.path))));

        Assert.InRange(hashes.Count, 11, int.MaxValue);
        Assert.Empty(SqlScripts.CheckHashes(File.ReadAllText(Path.Combine(Folder, "applied.sha256")), hashes));
    }

    [Theory]
    [InlineData("0003_c.sql stands where number 2 does", "0001_a.sql", "0003_c.sql")]
    [InlineData("0001_b.sql stands where number 2 does", "0001_a.sql", "0001_b.sql")]
    [InlineData("0002_a.sql stands where number 1 does", "0002_a.sql")]
    [InlineData("2_a.sql stands where number 1 does", "2_a.sql")]
    public void CheckNumbers_GapOrRepeat_IsFound(string finding, params string[] names) =>
        Assert.Equal([finding], SqlScripts.CheckNumbers(names, NoGaps));

    [Fact]
    public void CheckNumbers_KnownGap_IsNone_AndIsNeverFilled()
    {
        var gaps = new HashSet<int> { 2 };

        Assert.Empty(SqlScripts.CheckNumbers(["0001_a.sql", "0003_c.sql"], gaps));
        Assert.Single(SqlScripts.CheckNumbers(["0001_a.sql", "0002_b.sql", "0003_c.sql"], gaps));
    }

    [Fact]
    public void CheckHashes_ChangedRenumberedOrNew_IsFound() => Assert.Equal(
        ["a.sql was changed: add another script", "b.sql is gone", "c.sql is new: add it to sql/applied.sha256"],
        SqlScripts.CheckHashes(
            "11  a.sql\n22  b.sql\n", new Dictionary<string, string> { ["a.sql"] = "12", ["c.sql"] = "22" }));

    private static IEnumerable<string> Names(string folder) =>
        Directory.EnumerateFiles(Path.Combine(Folder, folder), "*.sql").Select(path => Path.GetFileName(path));
}
