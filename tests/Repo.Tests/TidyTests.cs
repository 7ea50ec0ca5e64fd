using Ax2.TestKit;
using Xunit;

namespace Ax2.Tests;

public sealed class TidyTests
{
    /// <summary>A ratchet: how many lines go over 120 columns. It only ever gets smaller.</summary>
    private const int LongLines = 52;

    private static readonly string[] Sources = [".cs", ".js", ".mjs", ".css", ".html", ".sh", ".yml"];

    [Fact]
    public void LongLines_OnlyGetFewer() => Assert.InRange(
        Repository.Files(Sources).Sum(file => Tidy.CountLongLines(File.ReadAllText(file.Path))), 0, LongLines);

    [Fact]
    public void EveryFile_KeepsTheHouseLimits()
    {
        var findings = Repository.Files(Sources)
            .SelectMany(file => Tidy.Check(file.Name, File.ReadAllText(file.Path)));

        Assert.Empty(findings);
    }

    [Fact]
    public void EveryTextFile_SpeaksOnlyOfTheProject()
    {
        // The words are cut in two here, so that this file passes its own rule.
        string[] strangers =
        [
            "registry.npm" + "js", "nuget" + ".org", "deb.deb" + "ian", "pypi" + ".org",
            "/work" + "/", "/ro" + "ot/", "chat" + "gpt", "co" + "pilot", "anthro" + "pic", "clau" + "de",
        ];
        var findings =
            from file in Repository.Files(".cs", ".js", ".mjs", ".css", ".html", ".md", ".sql", ".json", ".props",
                ".csproj", ".slnx", ".sh", ".yml", "ax2", "run")
            let text = File.ReadAllText(file.Path)
            from word in strangers
            where text.Contains(word, StringComparison.OrdinalIgnoreCase)
            select $"{file.Name}: {word}";

        Assert.Empty(findings);
    }

    [Fact]
    public void Check_LongFile_IsFound() =>
        Assert.Equal(["a.js: 301 lines, more than 300"], Tidy.Check("a.js", new string('\n', 301)));

    [Fact]
    public void Check_LongLine_IsFound() =>
        Assert.Equal(["a.js:1: 141 columns, more than 140"], Tidy.Check("a.js", new string('x', 141)));

    [Fact]
    public void Check_LongFunction_IsFound()
    {
        var text = "class C { void M() {" + new string('\n', 60) + "} }";

        Assert.Contains("function of 61", Assert.Single(Tidy.Check("a.cs", text)), StringComparison.Ordinal);
    }
}
