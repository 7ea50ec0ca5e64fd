using Xunit;

namespace Ax2.FrontEnd;

public sealed class SiteRulesTests
{
    private static readonly IReadOnlySet<string> Paths = Site.Files.Select(file => file.Path).ToHashSet();

    public static TheoryData<string> AllPaths => [.. Paths];

    [Theory, MemberData(nameof(AllPaths))]
    public void File_OfTheSite_KeepsEveryRule(string path)
    {
        var file = Site.Get(path);

        Assert.Empty(SiteRules.OpensWithItsPurpose(file));
        Assert.Empty(SiteRules.IsSmall(file));
        Assert.Empty(SiteRules.BuildsNoMarkupFromText(file));
        Assert.Empty(SiteRules.KeepsToTheContentPolicy(file));
        Assert.Empty(SiteRules.TakesColoursFromTheTokens(file));
        Assert.Empty(SiteRules.NamesOnlyFilesThatExist(file, Paths));
    }

    [Fact]
    public void Site_EveryScript_IsReachedFromAPage()
    {
        var pages = Site.Files.Where(file => file.Extension == ".html").Select(file => file.Text);
        var scripts = Site.Files.Where(file => file.IsScript).ToList();
        var text = string.Concat(scripts.Select(file => file.Text).Concat(pages));

        Assert.All(
            scripts, file => Assert.Contains($"/{Path.GetFileName(file.Path)}\"", text, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("let a = 1;")]
    [InlineData("\n// Owns a thing.")]
    public void OpensWithItsPurpose_NoCommentInTheFirstLine_IsFound(string text) =>
        Assert.NotEmpty(SiteRules.OpensWithItsPurpose(new SiteFile("js/a.js", text)));

    [Fact]
    public void IsSmall_LongFileOrLongLine_IsFound()
    {
        Assert.NotEmpty(SiteRules.IsSmall(new SiteFile("js/a.js", new string('\n', 300) + "a")));
        Assert.NotEmpty(SiteRules.IsSmall(new SiteFile("js/a.js", new string('a', 121))));
        Assert.Empty(SiteRules.IsSmall(new SiteFile("js/a.js", new string('a', 120))));
    }

    [Theory]
    [InlineData("node.innerHTML = text;")]
    [InlineData("node.insertAdjacentHTML('beforeend', text);")]
    [InlineData("document.write(text);")]
    [InlineData("eval(text);")]
    [InlineData("new Function(text)();")]
    [InlineData("setTimeout('run()', 1);")]
    public void BuildsNoMarkupFromText_MarkupOrCodeFromText_IsFound(string text) =>
        Assert.NotEmpty(SiteRules.BuildsNoMarkupFromText(new SiteFile("js/a.js", text)));

    [Theory]
    [InlineData("a.html", "<script>run()</script>")]
    [InlineData("a.html", "<style>p { color: red }</style>")]
    [InlineData("a.html", "<p style=\"color: red\">")]
    [InlineData("a.html", "<button onclick=\"run()\">")]
    [InlineData("a.html", "<script src=\"https://cdn.example/a.js\"></script>")]
    [InlineData("js/a.js", "node.setAttribute(\"style\", text);")]
    [InlineData("js/a.js", "el(\"p\", { style: \"color: red\" })")]
    [InlineData("js/a.js", "fetch(\"//cdn.example/a\")")]
    [InlineData("css/a.css", "@import url(https://cdn.example/a.css);")]
    public void KeepsToTheContentPolicy_InlineOrOtherHost_IsFound(string path, string text) =>
        Assert.NotEmpty(SiteRules.KeepsToTheContentPolicy(new SiteFile(path, text)));

    [Theory]
    [InlineData("p { color: #fff; }")]
    [InlineData("p { background: rgb(0 0 0 / 5%); }")]
    [InlineData("p { color: white; }")]
    public void TakesColoursFromTheTokens_ColourElsewhere_IsFound(string text) =>
        Assert.NotEmpty(SiteRules.TakesColoursFromTheTokens(new SiteFile("css/a.css", text)));

    [Theory]
    [InlineData("a.html", "<link rel=\"stylesheet\" href=\"/css/missing.css\">")]
    [InlineData("js/a.js", "import { a } from \"./missing.js\";")]
    [InlineData("js/views/a.js", "import { a } from \"./api.js\";")]
    public void NamesOnlyFilesThatExist_MissingFile_IsFound(string path, string text) =>
        Assert.NotEmpty(SiteRules.NamesOnlyFilesThatExist(new SiteFile(path, text), Paths));
}
