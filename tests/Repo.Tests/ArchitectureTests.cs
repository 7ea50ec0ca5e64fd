using System.Xml.Linq;
using Ax2.TestKit;
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
    [InlineData("Grains")]
    public void Logic_KnowsNoVendor(string project)
    {
        var packages = Items(project, "PackageReference");

        // Otp.NET is pure: one-time codes of RFC 6238.
        Assert.All(packages, package => Assert.Matches(@"^(Microsoft\.|Otp\.NET$)", package));
        Assert.DoesNotContain(packages, package => package.Contains("AdoNet", StringComparison.Ordinal));
    }

    [Fact]
    public void Storage_NeedsNoPackage() => Assert.Empty(Items("Storage", "PackageReference"));

    [Fact]
    public void Api_HoldsNoVendorKit()
    {
        string[] allowed =
        [
            "Microsoft.Orleans.Client", "Microsoft.Orleans.Clustering.AdoNet", "Npgsql",
            "Microsoft.AspNetCore.OpenApi", "Scalar.AspNetCore",
            // The framework's own check of access tokens, against public keys.
            "Microsoft.AspNetCore.Authentication.JwtBearer",
        ];

        Assert.Subset(allowed.ToHashSet(), Items("Api", "PackageReference").ToHashSet());
    }

    private static List<string> Items(string project, string kind) =>
        [.. XDocument.Load(Path.Combine(Ax2Home.RepositoryRoot, project, $"{project}.csproj"))
            .Descendants(kind).Select(item => item.Attribute("Include")!.Value.Replace('\\', '/'))];
}
