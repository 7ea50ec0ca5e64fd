using Ax2.TestKit;
using Xunit;

namespace Ax2.Tests;

/// <summary><c>./ax2 test --fast</c> starts no process: it leaves out the classes that are marked.</summary>
public sealed class TestTierTests
{
    [Theory]
    [InlineData("Repo.Tests")]
    [InlineData("Grains.Tests")]
    [InlineData("Api.Tests")]
    [InlineData("Silo.Tests", "Benchmarks")]
    public void EveryTestClass_ThatStartsProcesses_IsMarked(string project, params string[] also)
    {
        string[] folders = [.. new[] { project, "TestKit" }.Concat(also).Select(name => $"tests/{name}/")];
        var sources = Repository.Files(".cs")
            .Where(file => folders.Any(folder => file.Name.StartsWith(folder, StringComparison.Ordinal)))
            .Select(file => File.ReadAllText(file.Path));

        Assert.Empty(ProcessUse.WronglyMarked(sources));
    }

    [Fact]
    public void FastBuild_HasEveryTestProjectButTheOneThatRunsTheWholeProduct()
    {
        var fast = File.ReadAllText(Path.Combine(Ax2Home.RepositoryRoot, "deploy", "local", "fast-tests.slnf"));

        var left = Directory.GetDirectories(Path.Combine(Ax2Home.RepositoryRoot, "tests"), "*.Tests")
            .Select(folder => Path.GetFileName(folder))
            .Where(name => !fast.Contains($"tests/{name}/{name}.csproj", StringComparison.Ordinal));

        Assert.Equal(["EndToEnd.Tests"], left);
    }

    [Fact]
    public void WronglyMarked_FixtureThatStartsAProcess_IsFoundThroughItsBase() => Assert.Equal(
        ["SlowTests: starts processes and is not marked"],
        ProcessUse.WronglyMarked(
        [
            "class Server { void Start() => new ProcessStartInfo(); }",
            "abstract class ServerTest(Server server) { }",
            "class SlowTests : ServerTest { }",
        ]));

    [Fact]
    public void WronglyMarked_ClassThatStartsNothing_IsFound() => Assert.Equal(
        ["QuickTests: is marked and starts nothing"],
        ProcessUse.WronglyMarked(["[NeedsProcesses] class QuickTests { }"]));

    [Fact]
    public void WronglyMarked_MarkedAndPureClasses_AreFine() => Assert.Empty(
        ProcessUse.WronglyMarked(
        [
            "[NeedsProcesses] class SlowTests { object start = new ProcessStartInfo(); }",
            "class QuickTests { int ProcessStartInfo() => this.ProcessStartInfo(); }",
        ]));
}
