using System.Text.Json;
using Ax2.Benchmarks.Answers;
using Xunit;

namespace Ax2.Tests.Benchmarks.Answers;

public sealed class RouteCoverageTests
{
    private const string Document =
        """
        {"paths": {
          "/api/v1/jobs": {"get": {}, "post": {}, "summary": "no operation"},
          "/api/v1/jobs/{id}": {"get": {}}
        }}
        """;

    private static readonly string[] Described = ["GET /api/v1/jobs", "POST /api/v1/jobs", "GET /api/v1/jobs/{id}"];

    [Fact]
    public void RoutesOf_Document_AreItsOperations()
    {
        using var document = JsonDocument.Parse(Document);

        Assert.Equal(Described, RouteCoverage.RoutesOf(document.RootElement));
    }

    [Fact]
    public void Check_CallerForEachRoute_FindsNothing() =>
        Assert.Empty(RouteCoverage.Check(Described, [.. Described, .. RouteCoverage.Undescribed]));

    [Fact]
    public void Check_RouteWithoutCaller_NamesIt() => Assert.Equal(
        ["nobody calls GET /api/v1/new"],
        RouteCoverage.Check(["GET /api/v1/new", .. Described], [.. Described, .. RouteCoverage.Undescribed]));

    [Fact]
    public void Check_CallerWithoutRoute_NamesIt() => Assert.Equal(
        ["there is no route GET /api/v1/gone"],
        RouteCoverage.Check(Described, ["GET /api/v1/gone", .. Described, .. RouteCoverage.Undescribed]));

    [Fact]
    public void Check_UndescribedRouteWithoutCaller_NamesIt() =>
        Assert.Contains("nobody calls GET /health/ready", RouteCoverage.Check(Described, Described));
}
