using System.Net.Http.Headers;
using Ax2.TestKit.Users;
using Ax2.Users;
using Xunit;

namespace Ax2.Workspaces;

[Collection(nameof(ApiHost))]
public sealed class WorkspaceTests(ApiHost host)
{
    private static readonly TimeSpan _known = TimeSpan.FromSeconds(5);

    [Fact]
    public async Task Upload_InASharedWorkspace_IsReachedByItsMembers_AndOnlyThere()
    {
        using var shared = await SharedWorkspace.Make(host);
        using var editor = await shared.Join("editor");
        var path = await shared.Upload(editor);

        Assert.Equal(200, await shared.Status(editor, HttpMethod.Get, path));
        Assert.Equal(200, await shared.Status(shared.Owner, HttpMethod.Get, path));
        Assert.Equal(404, await editor.StatusOf(path));
    }

    [Fact]
    public async Task Object_OfAnotherUser_IsNotThere()
    {
        using var victim = await TestUser.SignUp(host);
        using var stranger = await TestUser.SignUp(host);
        var upload = await victim.Read(HttpMethod.Post, "/uploads", new { fileName = "a.mp4", sizeBytes = 3 });
        var path = $"/uploads/{upload.GetProperty("id").GetGuid()}";

        foreach (var (method, address) in new[]
        {
            (HttpMethod.Get, path), (HttpMethod.Post, path + "/complete"), (HttpMethod.Delete, path),
        })
        {
            using var answer = await stranger.Send(method, address, method == HttpMethod.Post ? new { } : null);
            Assert.Equal((404, "upload_unknown"), await TestUser.Problem(answer));
        }

        Assert.Equal(200, await victim.StatusOf(path));
    }

    [Fact]
    public async Task Credits_BelongToTheWorkspace()
    {
        using var shared = await SharedWorkspace.Make(host);
        using var billing = await shared.Join("billing");

        var own = await billing.Read(HttpMethod.Get, "/credits");
        using var answer = await shared.Send(billing, HttpMethod.Get, "/credits");
        var listed = await TestUser.Json(answer);

        Assert.True(own.GetProperty("available").GetInt64() > 0);
        Assert.Equal(0, listed.GetProperty("available").GetInt64());
    }

    [Theory]
    [InlineData("x")]
    [InlineData("00000000-0000-0000-0000-000000000000")]
    public async Task Header_ThatNamesNone_IsAnUnknownWorkspace(string name)
    {
        using var user = await TestUser.SignUp(host);

        using var answer = await user.Send(
            HttpMethod.Get, "/credits", headers: headers => headers.TryAddWithoutValidation("Ax2-Workspace", name));

        Assert.Equal((404, "workspace_unknown"), await TestUser.Problem(answer));
    }

    [Fact]
    public async Task Query_StandsForTheHeader_OfAReadAlone()
    {
        using var shared = await SharedWorkspace.Make(host);
        using var stranger = await TestUser.SignUp(host);
        var path = await shared.Upload(shared.Owner);
        var query = $"?workspace={shared.Id}";

        Assert.Equal(200, await shared.Owner.StatusOf(path + query));
        Assert.Equal(404, await stranger.StatusOf(path + query));
        using var deleted = await shared.Owner.Send(HttpMethod.Delete, path + query);
        Assert.Equal(404, (int)deleted.StatusCode);
        Assert.Equal(200, await shared.Owner.StatusOf(path + query));
    }

    [Fact]
    public async Task Removed_IsOutAtEveryProcessWithinSeconds()
    {
        using var shared = await SharedWorkspace.Make(host);
        using var viewer = await shared.Join("viewer");
        using var other = host.NewClientOfAnotherProcess();
        Assert.Equal(200, await At(other));

        using var removed = await shared.Owner.Send(
            HttpMethod.Delete, $"/workspaces/{shared.Id}/members/{viewer.UserId}");

        Assert.Equal(204, (int)removed.StatusCode);
        Assert.Equal(404, await shared.Status(viewer, HttpMethod.Get, "/languages"));
        host.Clock.Advance(_known);
        Assert.Equal(404, await At(other));

        async Task<int> At(HttpClient process)
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, "/api/v1/languages");
            request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", viewer.Tokens.Access);
            request.Headers.Add("Ax2-Workspace", shared.Id.ToString());
            using var answer = await process.SendAsync(request, TestContext.Current.CancellationToken);
            return (int)answer.StatusCode;
        }
    }

    [Fact]
    public async Task Role_Changed_CountsAtOnceInThisProcess()
    {
        using var shared = await SharedWorkspace.Make(host);
        using var member = await shared.Join("viewer");
        var upload = new { fileName = "a.mp4", sizeBytes = 3 };
        Assert.Equal(403, await shared.Status(member, HttpMethod.Post, "/uploads", upload));

        using var changed = await shared.Owner.Send(
            HttpMethod.Patch, $"/workspaces/{shared.Id}/members/{member.UserId}", new { role = "editor" });

        Assert.Equal(204, (int)changed.StatusCode);
        Assert.Equal(201, await shared.Status(member, HttpMethod.Post, "/uploads", upload));
    }

    /// <summary>A key does no more than its user may, and goes nowhere else.</summary>
    [Fact]
    public async Task Key_OfAMember_EndsWithTheMembership()
    {
        using var shared = await SharedWorkspace.Make(host);
        using var viewer = await shared.Join("viewer");
        using var made = await shared.Send(
            viewer, HttpMethod.Post, "/api-keys", new { name = "ci", scopes = ApiKeyScopes.All });
        var key = (await TestUser.Json(made)).GetProperty("key").GetString()!;

        Assert.Equal(200, await viewer.StatusOf("/languages", key));
        using var write = await viewer.Send(HttpMethod.Post, "/uploads", new { fileName = "a", sizeBytes = 3 }, key);
        Assert.Equal((403, "role_insufficient"), await TestUser.Problem(write));
        using var home = await viewer.Send(
            HttpMethod.Get, "/languages", null, key, headers => headers.Add("Ax2-Workspace", viewer.UserId.ToString()));
        Assert.Equal((404, "workspace_unknown"), await TestUser.Problem(home));

        using var left = await viewer.Send(HttpMethod.Delete, $"/workspaces/{shared.Id}/members/me");
        Assert.Equal(204, (int)left.StatusCode);
        Assert.Equal(404, await viewer.StatusOf("/languages", key));
    }

    [Fact]
    public async Task Invitation_IsShownWithoutItsToken_AndTakenBack()
    {
        using var shared = await SharedWorkspace.Make(host);
        var path = $"/workspaces/{shared.Id}/invitations";
        var email = $"{Guid.CreateVersion7():N}@example.com";
        var made = await shared.Owner.Read(HttpMethod.Post, path, new { email, role = "viewer" });
        var token = RecordingMailer.TokenIn(await host.Mailer.WaitForAsync(email, "/workspaces#"));

        var listed = await shared.Owner.Read(HttpMethod.Get, path);

        Assert.DoesNotContain(
            token.Split('_')[2], made.GetRawText() + listed.GetRawText(), StringComparison.Ordinal);
        var id = listed.GetProperty("items")[0].GetProperty("id").GetGuid();
        using var revoked = await shared.Owner.Send(HttpMethod.Delete, $"{path}/{id}");
        Assert.Equal(204, (int)revoked.StatusCode);
        Assert.Equal(0, (await shared.Owner.Read(HttpMethod.Get, path)).GetProperty("items").GetArrayLength());
    }

    [Theory]
    [InlineData("admin")]
    [InlineData("1")]
    [InlineData("Owner,Editor")]
    public async Task Role_ThatThereIsNot_IsRefused(string role)
    {
        using var shared = await SharedWorkspace.Make(host);

        using var answer = await shared.Owner.Send(
            HttpMethod.Post, $"/workspaces/{shared.Id}/invitations", new { email = "a@example.com", role });

        Assert.Equal((400, "request_malformed"), await TestUser.Problem(answer));
    }

    [Fact]
    public async Task Home_IsListedFirst_AndIsNotShared()
    {
        using var shared = await SharedWorkspace.Make(host);
        var listed = (await shared.Owner.Read(HttpMethod.Get, "/workspaces")).GetProperty("items");
        var home = listed[0].GetProperty("id").GetGuid();

        Assert.True(listed[0].GetProperty("isHome").GetBoolean());
        Assert.Equal(shared.Id, listed[1].GetProperty("id").GetGuid());
        using var answer = await shared.Owner.Send(
            HttpMethod.Post, $"/workspaces/{home}/invitations", new { email = "a@example.com", role = "viewer" });
        Assert.Equal((409, "workspace_is_home"), await TestUser.Problem(answer));
    }
}
