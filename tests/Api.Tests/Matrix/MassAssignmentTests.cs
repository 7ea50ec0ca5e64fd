using System.Text.Json.Nodes;
using Ax2.TestKit;
using Ax2.Users;
using Xunit;

namespace Ax2.Matrix;

/// <summary>Fields that a body does not have: whoever sends them gets nothing by it.</summary>
[Collection(nameof(ApiHost))]
[NeedsProcesses]
public sealed class MassAssignmentTests(ServedApi api) : IClassFixture<ServedApi>
{
    [Fact]
    public async Task ExtraFields_OfEveryBody_ChangeNoAnswer_AndNothingElse()
    {
        using var owner = await TestUser.SignUpVerified(api.Host);
        using var attacker = await TestUser.SignUpVerified(api.Host);
        var made = await owner.Read(HttpMethod.Post, "/workspaces", new { name = "Newsroom" });
        var workspace = made.GetProperty("id").GetGuid();
        await TestCallers.Join(api.Host, workspace, owner, attacker, "viewer");
        var before = await Snapshot(owner, attacker, workspace);
        var findings = new List<string>();
        foreach (var route in api.Document.Routes.Where(IsPlain))
        {
            var plain = await Post(route, attacker, []);
            var extra = await Post(route, attacker, Extras(owner.UserId, workspace));
            if (plain != extra)
            {
                findings.Add($"{route.Name}: {plain} became {extra}");
            }
        }

        Assert.Empty(findings);
        Assert.Equal(before, await Snapshot(owner, attacker, workspace));
    }

    [Fact]
    public async Task Upload_ThatNamesAnotherWorkspaceInItsBody_IsInTheCallers()
    {
        using var owner = await TestUser.SignUp(api.Host);
        using var attacker = await TestUser.SignUp(api.Host);
        var victim = (await owner.Read(HttpMethod.Get, "/me")).GetProperty("workspaceId").GetGuid();

        var upload = await attacker.Read(
            HttpMethod.Post, "/uploads",
            new { fileName = "a.mp4", sizeBytes = 3, workspaceId = victim, userId = owner.UserId, state = "ready" });
        var path = $"/uploads/{upload.GetProperty("id").GetGuid()}";

        Assert.Equal("open", upload.GetProperty("state").GetString());
        Assert.Equal(404, await owner.StatusOf(path));
        Assert.Equal(200, await attacker.StatusOf(path));
    }

    [Fact]
    public async Task SignUp_ThatCallsItselfAnAdmin_IsAUserLikeOthers()
    {
        using var user = await TestUser.SignUp(api.Host);
        using var answer = await user.Send(
            HttpMethod.Post, "/users",
            new
            {
                email = $"user-{Guid.CreateVersion7():N}@example.com", password = TestUser.Password, isAdmin = true,
                role = "admin", plan = "pro", credits = 1_000_000, userId = user.UserId,
                homeWorkspaceId = Guid.CreateVersion7(),
            },
            token: "");

        Assert.True(answer.IsSuccessStatusCode);
        Assert.Equal(403, await user.StatusOf("/admin/queue"));
    }

    /// <summary>What admins may send is theirs to decide.</summary>
    private bool IsPlain(ServedDocument.Route route) =>
        api.Document.Body(route) is not null && !route.Path.Contains("/admin/", StringComparison.Ordinal);

    private async Task<Answer> Post(ServedDocument.Route route, TestUser user, JsonObject extras)
    {
        var body = api.Document.Body(route)!;
        foreach (var (name, value) in extras.Where(extra => !body.ContainsKey(extra.Key)).ToList())
        {
            body[name] = value!.DeepClone();
        }

        return await api.Ask(route.Method, route.Address(Guid.Empty), user.Tokens.Access, null, body);
    }

    private static JsonObject Extras(Guid victim, Guid workspace) => new()
    {
        ["id"] = victim, ["userId"] = victim, ["ownerId"] = victim, ["actor"] = victim, ["sub"] = victim,
        ["workspaceId"] = workspace, ["homeWorkspaceId"] = workspace, ["role"] = "owner", ["roles"] = "admin",
        ["isAdmin"] = true, ["isOwner"] = true, ["plan"] = "pro", ["credits"] = 1_000_000,
        ["availableCredits"] = 1_000_000, ["emailVerified"] = true, ["isHome"] = true, ["__proto__"] = new JsonObject(),
    };

    /// <summary>What the extra fields were after.</summary>
    private static async Task<string> Snapshot(TestUser owner, TestUser attacker, Guid workspace)
    {
        var members = await owner.Read(HttpMethod.Get, $"/workspaces/{workspace}/members");
        var roles = members.GetProperty("items").EnumerateArray()
            .Select(member => $"{member.GetProperty("userId")} {member.GetProperty("role")}");
        var me = await attacker.Read(HttpMethod.Get, "/me");
        var credits = (await owner.Read(HttpMethod.Get, "/credits")).GetRawText();
        var adminStatus = await attacker.StatusOf("/admin/queue");
        string[] facts =
        [
            .. roles, credits, me.GetProperty("userId").GetRawText(), me.GetProperty("workspaceId").GetRawText(),
            me.GetProperty("credits").GetRawText(), $"admin {adminStatus}",
        ];
        return string.Join('\n', facts);
    }
}
