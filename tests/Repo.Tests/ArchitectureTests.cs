using System.Xml.Linq;
using Ax2.TestKit;
using Ax2.Tests.Rules;
using Xunit;

namespace Ax2.Tests;

/// <summary>The five projects are process and trust boundaries; the project files are where that stands.</summary>
public sealed class ArchitectureTests
{
    [Theory]
    [InlineData("Grains.Interfaces", "")]
    [InlineData("Storage", "")]
    [InlineData("Grains", "Grains.Interfaces")]
    [InlineData("Api", "Grains.Interfaces,Storage")]
    [InlineData("Silo", "Grains,Grains.Interfaces,Storage")]
    public void Project_RefersOnlyToWhatItMay(string project, string allowed)
    {
        var references = Items(project, "ProjectReference").Select(r => Path.GetFileNameWithoutExtension(r)).Order();

        Assert.Equal(allowed, string.Join(',', references));
    }

    [Theory]
    [InlineData("Grains.Interfaces")]
    [InlineData("Storage")]
    [InlineData("Grains")]
    [InlineData("Api")]
    public void Project_HasOnlyPackagesOfItsList(string project) => Assert.Empty(
        VendorPackages.Check(Items(project, "PackageReference"), VendorPackages.Allowed[project]));

    [Theory]
    [InlineData("Microsoft.ML.OnnxRuntime")]
    [InlineData("Microsoft.Orleans.Persistence.AdoNet")]
    [InlineData("AWSSDK.S3")]
    public void Check_VendorInLogic_IsFound(string package) => Assert.Equal(
        [package], VendorPackages.Check(["Microsoft.Orleans.Sdk", package], VendorPackages.Allowed["Grains"]));

    [Fact]
    public void Check_PackageWithoutAReason_IsFound() => Assert.Equal(
        ["A"], VendorPackages.Check(["A"], new Dictionary<string, string> { ["A"] = " " }));

    private static List<string> Items(string project, string kind) =>
        [.. XDocument.Load(Path.Combine(Ax2Home.RepositoryRoot, project, $"{project}.csproj"))
            .Descendants(kind).Select(item => item.Attribute("Include")!.Value.Replace('\\', '/'))];
}
