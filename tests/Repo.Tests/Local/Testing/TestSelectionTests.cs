using Ax2.Local;
using Ax2.TestKit;
using Xunit;

namespace Ax2.Repo.Tests.Local;

public sealed class TestSelectionTests
{
    [Fact]
    public void Arguments_Everything_IsTheOrderAlone() =>
        Assert.Equal([":7"], new TestSelection(null, IsFast: false, Seed: 7).Arguments());

    [Fact]
    public void Arguments_Fast_LeavesOutWhatIsMarked()
    {
        var mark = Assert.Single(new NeedsProcessesAttribute().GetTraits());

        Assert.Equal(
            [":7", "-trait-", $"{mark.Key}={mark.Value}", "-method", "*Ledger*"],
            new TestSelection("Ledger", IsFast: true, Seed: 7).Arguments());
    }

    [Fact]
    public void Arguments_FilterWithASlash_IsAQuery() =>
        Assert.Equal(
            [":7", "-filter", "/*/*/LedgerTests"],
            new TestSelection("/*/*/LedgerTests", IsFast: false, Seed: 7).Arguments());

    [Theory]
    [InlineData(true, "Repo.Tests,Grains.Tests,Api.Tests,Silo.Tests")]
    [InlineData(false, "Repo.Tests,Grains.Tests,Api.Tests,Silo.Tests,EndToEnd.Tests")]
    public void Projects_QuickFirst_FastWithoutTheWholeProduct(bool isFast, string projects) =>
        Assert.Equal(
            projects,
            string.Join(',', new TestSelection(null, isFast, 1).Projects(Ax2Home.RepositoryRoot)));
}
