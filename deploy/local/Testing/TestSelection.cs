namespace Ax2.Local;

/// <summary>Which tests run, and in which order.</summary>
/// <param name="Filter">Part of full names, or an xUnit query (it begins with /); null is all.</param>
/// <param name="IsFast">Without those that start processes or a browser.</param>
/// <param name="Seed">Decides the order; the same seed gives the same order.</param>
internal sealed record TestSelection(string? Filter, bool IsFast, int Seed)
{
    /// <summary>The trait of tests that start processes; <c>NeedsProcesses</c> in the tests carries it.</summary>
    internal const string ProcessTrait = "needs=processes";

    private const string FastBuild = "deploy/local/fast-tests.slnf";

    private static readonly string[] QuickFirst =
        ["Repo.Tests", "Grains.Tests", "Api.Tests", "Silo.Tests", "EndToEnd.Tests"];

    /// <summary>Relative to the repository.</summary>
    public string Build => IsFast ? FastBuild : "Ax2Caption.slnx";

    /// <summary>The names of the test projects, the quick ones first.</summary>
    public IEnumerable<string> Projects(string repository)
    {
        var fast = File.ReadAllText(Path.Combine(repository, FastBuild));
        return Directory.GetDirectories(Path.Combine(repository, "tests"), "*.Tests")
            .Select(folder => Path.GetFileName(folder))
            .Where(name => File.Exists(Path.Combine(repository, "tests", name, name + ".csproj")))
            .Where(name => !IsFast || fast.Contains($"tests/{name}/", StringComparison.Ordinal))
            .OrderBy(name => Array.IndexOf(QuickFirst, name) is >= 0 and var index ? index : QuickFirst.Length)
            .ThenBy(name => name, StringComparer.Ordinal);
    }

    /// <summary>Of a test program.</summary>
    public IEnumerable<string> Arguments()
    {
        yield return $":{Seed}";
        if (IsFast)
        {
            yield return "-trait-";
            yield return ProcessTrait;
        }
        if (Filter is not null)
        {
            yield return Filter.StartsWith('/') ? "-filter" : "-method";
            yield return Filter.StartsWith('/') ? Filter : $"*{Filter}*";
        }
    }
}
