using System.Text.RegularExpressions;
using Ax2.TestKit;
using Xunit;

namespace Ax2.Tests;

/// <summary>SECURITY.md may only claim what a test shows.</summary>
public sealed partial class SecurityDocumentTests
{
    private static readonly string Text = File.ReadAllText(Path.Combine(Ax2Home.RepositoryRoot, "SECURITY.md"));

    private static readonly string[] Reasons = ["not yet", "not applicable", "by review", "by deployment"];

    [Fact]
    public void EveryTest_ThatItNames_Exists()
    {
        var sources = Repository.Files("Tests.cs", "Conformance.cs").Select(f => File.ReadAllText(f.Path)).ToList();
        Assert.InRange(TestName().Count(Text), 40, int.MaxValue);
        Assert.Empty(Missing(Text, sources));
    }

    [Fact]
    public void EveryLine_OfTheChecklist_HasATestOrAReason() => Assert.Empty(Unproven(Text));

    [Fact]
    public void Missing_TestThatIsNotThere_IsFound()
    {
        string[] sources = ["class ATests { [Fact] public void B_C_D() {} }", "class OtherTests { void E_F() {} }"];
        Assert.Equal(["ATests.E_F", "NoTests.B_C_D"], Missing("`ATests.B_C_D` `ATests.E_F` `NoTests.B_C_D`", sources));
    }

    [Theory]
    [InlineData("| 1.2 Injection | done | we are sure |")]
    [InlineData("| 1.2 Injection | done | |")]
    public void Unproven_LineWithoutTestOrReason_IsFound(string line) =>
        Assert.Equal([line], Unproven("## Checklist\n| section | what | proof |\n| --- | --- | --- |\n" + line));

    private static List<string> Missing(string text, IReadOnlyList<string> sources) =>
        [.. TestName().Matches(text).Where(name => !sources.Any(s => Has(s, name))).Select(name => name.Value)];

    private static bool Has(string source, Match name) =>
        Regex.IsMatch(source, $@"\bclass {name.Groups[1].Value}\b")
        && source.Contains($" {name.Groups[2].Value}(", StringComparison.Ordinal);

    private static List<string> Unproven(string text) =>
    [
        .. text[text.IndexOf("## Checklist", StringComparison.Ordinal)..].Split('\n')
            .Where(line => line.StartsWith('|')).Skip(2)
            .Where(line => line.Split('|') is not [_, _, _, var proof, _] || !IsProof(proof.Trim())),
    ];

    private static bool IsProof(string proof) =>
        TestName().IsMatch(proof) || Reasons.Any(reason => proof.StartsWith(reason, StringComparison.Ordinal));

    [GeneratedRegex(@"\b([A-Z][A-Za-z0-9]*Tests)\.([A-Z][A-Za-z0-9_]+)")]
    private static partial Regex TestName();
}
