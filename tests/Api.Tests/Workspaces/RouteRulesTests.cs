using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Xunit;

namespace Ax2.Workspaces;

public sealed class RouteRulesTests
{
    [Theory]
    [InlineData("Self", true, true)]
    [InlineData("Open", false, true)]
    [InlineData(null, true, false)]
    [InlineData(null, false, false)]
    [InlineData("Read", false, false)]
    [InlineData("Open", true, false)]
    public async Task Start_OverARoute_NeedsItsClassAndItsSignIn(string? routeClass, bool isSignedIn, bool starts)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Services.AddAuthorization();
        await using var app = builder.Build();
        var group = app.MapGroup("/api/v1");
        if (routeClass is { } named)
        {
            group.For(Enum.Parse<RouteClass>(named));
        }

        if (isSignedIn)
        {
            group.RequireAuthorization();
        }

        group.MapGet("/thing", () => TypedResults.NoContent());

        Assert.Equal(starts, Record.Exception(app.CheckRouteClasses) is null);
    }

    [Fact]
    public void Class_OfAGroupWithin_TakesThePlaceOfTheOuterOne()
    {
        var builder = WebApplication.CreateSlimBuilder();
        var app = builder.Build();
        app.MapGroup("/api").For(RouteClass.Self).MapGroup("").For(RouteClass.Manage)
            .MapGet("/thing", () => TypedResults.NoContent());

        var endpoint = ((IEndpointRouteBuilder)app).DataSources.Single().Endpoints.Single();

        Assert.Equal(RouteClass.Manage, endpoint.Metadata.GetMetadata<RouteAccess>()!.Safe);
    }

    [Fact]
    public void Table_EveryRole_MayBeAMember_AndOwnersMayAll()
    {
        Assert.All(Enum.GetValues<WorkspaceRole>(), role => Assert.True(RouteRules.May(role, RouteClass.Member)));
        Assert.All(
            Enum.GetValues<RouteClass>().Where(RouteRules.IsAboutWorkspace),
            routeClass => Assert.True(RouteRules.May(WorkspaceRole.Owner, routeClass)));
        Assert.False(RouteRules.IsAboutWorkspace(RouteClass.Open));
        Assert.False(RouteRules.IsAboutWorkspace(RouteClass.Self));
        Assert.False(RouteRules.IsAboutWorkspace(RouteClass.Admin));
    }
}
