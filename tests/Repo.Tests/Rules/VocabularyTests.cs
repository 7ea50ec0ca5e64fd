using Xunit;

namespace Ax2.Tests;

public sealed class VocabularyTests
{
    private static readonly string[] Texts = [".cs", ".js", ".mjs", ".css", ".html", ".md"];

    [Fact]
    public void Sources_UseTheWordsOfTheField() => Assert.Empty(
        Repository.Files(Texts)
            .Where(file => !file.Name.Contains("Vocabulary", StringComparison.Ordinal))
            .SelectMany(file => Vocabulary.Check(file.Name, File.ReadAllText(file.Path))));

    [Theory]
    [InlineData("private static readonly TimeSpan WatchPatience;")]
    [InlineData("/// <summary>How the charge was reckoned.</summary>")]
    [InlineData("// It waits for ever.")]
    public void Check_PrivateWord_IsFound(string line) => Assert.Single(Vocabulary.Check("a.cs", line));

    [Theory]
    [InlineData("| `Jobs:DrainPatience` | 30 s |")]
    [InlineData("/// <summary>The price list, for everybody.</summary>")]
    [InlineData("No stage is tried forever.")]
    public void Check_WordOfTheField_IsNotFound(string line) => Assert.Empty(Vocabulary.Check("a.cs", line));
}
