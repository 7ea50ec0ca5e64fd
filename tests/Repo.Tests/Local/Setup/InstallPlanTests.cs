using Ax2.Local;
using Xunit;

namespace Ax2.Repo.Tests.Local;

public sealed class InstallPlanTests
{
    private static readonly SystemPackage Tool = new("tool", () => false, ["tool-bin"], "set TOOL_PATH")
    {
        OtherNames = new Dictionary<string, string[]> { ["dnf"] = ["tool-free"], ["brew"] = [] },
    };

    private static readonly SystemPackage Letters = new("letters", () => false, ["fonts", "tool-bin"], "draw them");

    [Fact]
    public void Describe_MissingTools_NamesThemTheCommandAndHowToDoWithout()
    {
        var text = new InstallPlan([Tool, Letters], Manager("apt-get")).Describe();

        Assert.Contains("lacks tool, letters", text, StringComparison.Ordinal);
        Assert.Contains("apt-get update", text, StringComparison.Ordinal);
        Assert.Contains("--no-install-recommends tool-bin fonts\n", text, StringComparison.Ordinal);
        Assert.Contains("tool: set TOOL_PATH", text, StringComparison.Ordinal);
        Assert.Contains("letters: draw them", text, StringComparison.Ordinal);
    }

    [Fact]
    public void Packages_ManagerWithOtherNames_AreItsNames() =>
        Assert.Equal(["tool-free"], new InstallPlan([Tool], Manager("dnf")).Packages);

    [Fact]
    public void Describe_ManagerWithoutThePackage_OffersNoCommand()
    {
        var plan = new InstallPlan([Tool], Manager("brew"));

        Assert.Empty(plan.Commands);
        Assert.Contains("install it yourself", plan.Describe(), StringComparison.Ordinal);
    }

    [Fact]
    public void Describe_NoManager_OffersNoCommand() =>
        Assert.Contains("install it yourself", new InstallPlan([Tool], null).Describe(), StringComparison.Ordinal);

    private static PackageManager Manager(string program) =>
        PackageManager.Known.Single(manager => manager.Program == program);
}
