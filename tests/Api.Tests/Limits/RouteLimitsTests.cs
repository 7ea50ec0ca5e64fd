using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Xunit;

namespace Ax2.Limits;

[Collection(nameof(LimitedApiHost))]
public sealed class RouteLimitsTests(LimitedApiHost host)
{
    [Theory]
    [InlineData("POST", "/api/v1/users", RateClass.SignIn)]
    [InlineData("POST", "/api/v1/sessions", RateClass.SignIn)]
    [InlineData("POST", "/api/v1/sessions/code", RateClass.SignIn)]
    [InlineData("POST", "/api/v1/sessions/refresh", RateClass.Write)]
    [InlineData("GET", "/api/v1/sign-in/{provider}", RateClass.SignIn)]
    [InlineData("GET", "/api/v1/sign-in/{provider}/callback", RateClass.SignIn)]
    [InlineData("POST", "/api/v1/second-factor/off", RateClass.SignIn)]
    [InlineData("POST", "/api/v1/password-resets", RateClass.SignIn)]
    [InlineData("POST", "/api/v1/password-resets/confirm", RateClass.SignIn)]
    [InlineData("POST", "/api/v1/me/password", RateClass.SignIn)]
    [InlineData("GET", "/api/v1/second-factor", RateClass.Read)]
    [InlineData("POST", "/api/v1/uploads", RateClass.Upload)]
    [InlineData("GET", "/api/v1/jobs/{id:guid}", RateClass.Read)]
    [InlineData("POST", "/api/v1/jobs", RateClass.Write)]
    public void Route_CountsAs(string method, string route, RateClass expected) =>
        Assert.Equal(expected, ClassOf(method, Find(method, route)));

    [Fact]
    public void Routes_WithoutLimits_AreHealthAlone()
    {
        var unlimited = Endpoints().Where(endpoint => ClassOf("GET", endpoint) is null)
            .Select(endpoint => endpoint.RoutePattern.RawText);

        Assert.Equal(["/health/live", "/health/ready"], unlimited.Order());
    }

    [Fact]
    public void NoRoute_IsARead() => Assert.Equal(RateClass.Read, ClassOf("GET", null));

    private RouteEndpoint Find(string method, string route) => Endpoints().Single(endpoint =>
        "/" + endpoint.RoutePattern.RawText!.Trim('/') == route
        && endpoint.Metadata.GetMetadata<HttpMethodMetadata>()!.HttpMethods.Contains(method));

    private IEnumerable<RouteEndpoint> Endpoints() =>
        host.Services.GetRequiredService<EndpointDataSource>().Endpoints.OfType<RouteEndpoint>();

    private static RateClass? ClassOf(string method, Endpoint? endpoint)
    {
        var context = new DefaultHttpContext { Request = { Method = method } };
        context.SetEndpoint(endpoint);
        return RouteLimits.Of(context);
    }
}
