using System.Text.Json.Nodes;
using Ax2.TestKit;
using Xunit;

namespace Ax2.Matrix;

[Collection(nameof(ApiHost))]
[NeedsProcesses]
public sealed class RouteMatrixTests(ServedApi api) : IClassFixture<ServedApi>
{
    [Fact]
    public void EveryRoute_OfTheDocument_HasItsRow() =>
        Assert.Equal(RouteTable.Routes.Keys.Order(), api.Document.Routes.Select(route => route.Name).Order());

    [Fact]
    public async Task EveryRoute_AnswersEverybody_AsItsClassSays()
    {
        var findings = new List<string>();
        var callers = await TestCallers.Make(api.Host);
        foreach (var route in api.Document.Routes.Where(route => RouteTable.Routes.ContainsKey(route.Name)))
        {
            foreach (var (caller, token) in callers.Tokens)
            {
                if (await Try(route, caller, token, callers) is { } finding)
                {
                    findings.Add(finding);
                }
            }

            // It may have ended a session or a membership.
            if (route.Method == "DELETE")
            {
                callers.Dispose();
                callers = await TestCallers.Make(api.Host);
            }
        }

        await api.Ask("POST", "/api/v1/admin/queue/resume", callers.Tokens["admin"]);
        callers.Dispose();
        Assert.Empty(findings);
    }

    /// <summary>The role that would do is named, and nothing else about the workspace is disclosed.</summary>
    [Fact]
    public async Task Role_ThatDoesNotDo_HearsWhichOneDoes()
    {
        using var callers = await TestCallers.Make(api.Host);

        Assert.Equal("editor", await NeededRole("POST", "/api/v1/jobs", "viewer"));
        Assert.Equal("viewer", await NeededRole("GET", $"/api/v1/jobs/{Guid.CreateVersion7()}", "billing"));
        Assert.Equal("billing", await NeededRole("GET", "/api/v1/credits/statement", "editor"));
        Assert.Equal("owner", await NeededRole("PATCH", $"/api/v1/workspaces/{callers.Workspace}", "editor"));

        async Task<string?> NeededRole(string method, string address, string caller)
        {
            using var answer = await api.Send(
                method, address, callers.Tokens[caller], callers.Workspace, method == "GET" ? null : new JsonObject());
            var text = await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
            Assert.DoesNotContain("Newsroom", text, StringComparison.Ordinal);
            return JsonNode.Parse(text)!["neededRole"]?.GetValue<string>();
        }
    }

    /// <summary>A workspace of others answers byte for byte like one that is not there.</summary>
    [Fact]
    public async Task Stranger_CannotTellAWorkspaceFromNone()
    {
        using var callers = await TestCallers.Make(api.Host);
        var nowhere = Guid.CreateVersion7();
        foreach (var path in new[] { "/api/v1/credits", "/api/v1/jobs", "/api/v1/workspaces/{0}/members" })
        {
            Assert.Equal(await Read(path, nowhere), await Read(path, callers.Workspace));
        }

        async Task<string> Read(string path, Guid workspace)
        {
            using var answer = await api.Send(
                "GET", path.Replace("{0}", workspace.ToString(), StringComparison.Ordinal), callers.Tokens["stranger"],
                workspace);
            var text = await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
            var problem = JsonNode.Parse(text)!.AsObject();
            problem.Remove("traceId");
            Assert.Equal("workspace_unknown", problem["code"]!.GetValue<string>());
            return problem.ToJsonString();
        }
    }

    [Theory]
    [InlineData(RouteTable.Read, "viewer", true)]
    [InlineData(RouteTable.Write, "viewer", false)]
    [InlineData(RouteTable.Billing, "editor", false)]
    [InlineData(RouteTable.Manage, "billing", false)]
    public void Expected_IsNoTableThatLetsEverybodyIn(string access, string caller, bool isLetIn) =>
        Assert.Equal(isLetIn, RouteTable.Expected(access, caller) is null);

    private async Task<string?> Try(ServedDocument.Route route, string caller, string? token, TestCallers callers)
    {
        var access = RouteTable.Routes[route.Name];
        var answer = await Ask(token);
        var isRight = access == RouteTable.Open
            // Whoever calls, it is as if nobody did.
            ? answer == await Ask(null) && answer.Status < 500
            : RouteTable.Expected(access, caller) is { } expected ? answer == expected : answer.IsLetIn;
        return isRight ? null : $"{route.Name} as {caller}: {answer.Status} {answer.Code}";

        Task<Answer> Ask(string? credential) => api.Ask(
            route.Method, route.Address(callers.Workspace), credential, callers.Workspace,
            route.TakesBody ? new JsonObject() : null);
    }
}
