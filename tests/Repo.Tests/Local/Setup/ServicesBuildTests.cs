using System.Xml.Linq;
using Ax2.Local;
using Ax2.TestKit;
using Xunit;

namespace Ax2.Repo.Tests.Local;

public sealed class ServicesBuildTests
{
    /// <summary>Else a change in one of them would not be built before it runs.</summary>
    [Theory]
    [InlineData("Api")]
    [InlineData("Silo")]
    public void Sources_OfAService_AreAllItsProjects(string service) =>
        Assert.Subset(ServicesBuild.Sources.ToHashSet(), ProjectsOf(service).ToHashSet());

    private static IEnumerable<string> ProjectsOf(string project) =>
        XDocument.Load(Path.Combine(Ax2Home.RepositoryRoot, project, $"{project}.csproj"))
            .Descendants("ProjectReference")
            .Select(item => Path.GetFileNameWithoutExtension(item.Attribute("Include")!.Value.Replace('\\', '/')))
            .SelectMany(ProjectsOf)
            .Append(project);
}
