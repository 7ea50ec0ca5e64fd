using System.Net.Http.Json;
using System.Text.Json;
using Xunit;

namespace Ax2.Tests;

/// <summary>The admins' routes: closed to everybody else, and what they do to a customer.</summary>
public sealed class AdminTests(Stack stack)
{
    [Fact]
    public async Task EveryRoute_OfNobodyAndOfAUser_IsClosed()
    {
        using var nobody = new HttpClient { BaseAddress = stack.Origin };
        using var user = await stack.SignUp();

        foreach (var (method, path) in await Routes())
        {
            await AssertClosed(nobody, method, path, 401, "not_signed_in");
            await AssertClosed(user.Http, method, path, 403, "not_admin");
        }
    }

    [Fact]
    public async Task Grant_RepeatedWithItsKey_IsGivenOnce_AndTheCustomerSeesIt()
    {
        using var admin = await stack.SignInAdmin();
        using var user = await stack.SignUp();
        var (email, account) = await Find(admin, user);
        var grant = new { credits = 50, reason = "sorry for the wait", category = "compensation" };

        using var first = await admin.Post($"{account}/grants", grant, "key 1");
        using var again = await admin.Post($"{account}/grants", grant, "key 1");
        using var other = await admin.Post($"{account}/grants", grant with { credits = 51 }, "key 1");

        Assert.Equal(650, (await ApiSession.Json(first)).GetProperty("available").GetInt64());
        Assert.Equal(650, (await ApiSession.Json(again)).GetProperty("available").GetInt64());
        Assert.Equal((409, "operation_conflict"), await Problem(other));
        var newest = (await user.Read("/credits/entries")).GetProperty("entries")[0];
        Assert.Equal("sorry for the wait", newest.GetProperty("reason").GetString());
        Assert.False(newest.TryGetProperty("actor", out _));
        var entry = (await admin.Read($"{account}/entries?limit=1")).GetProperty("entries")[0];
        Assert.Equal(
            (await admin.Read("/me")).GetProperty("userId").GetString(), entry.GetProperty("actor").GetString());
        Assert.DoesNotContain(email, (await Audit(admin, user)).GetRawText(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Adjust_RefundFreezeAndThaw_DoWhatTheySay()
    {
        using var admin = await stack.SignInAdmin();
        using var user = await stack.SignUp();
        var (_, account) = await Find(admin, user);

        using var adjusted = await admin.Post($"{account}/adjustments", new { credits = -100, reason = "typo" }, "a");
        using var tooMuch = await admin.Post($"{account}/adjustments", new { credits = -501, reason = "typo" }, "b");
        using var refunded = await admin.Post(
            $"{account}/refunds", new { holdId = Guid.CreateVersion7(), credits = 1, reason = "no such hold" }, "c");
        using var frozen = await admin.Post($"{account}/freeze", new { reason = "dispute" }, "d");
        var whileFrozen = await admin.Read(account);
        using var thawed = await admin.Post($"{account}/thaw", new { reason = "settled" }, "e");

        Assert.Equal(500, (await ApiSession.Json(adjusted)).GetProperty("available").GetInt64());
        Assert.Equal((402, "credits_insufficient"), await Problem(tooMuch));
        Assert.Equal((422, "hold_unknown"), await Problem(refunded));
        Assert.Equal("frozen", whileFrozen.GetProperty("status").GetString());
        Assert.Equal(500, whileFrozen.GetProperty("balance").GetProperty("available").GetInt64());
        Assert.Equal("open", (await admin.Read(account)).GetProperty("status").GetString());
    }

    [Fact]
    public async Task Change_WithoutKeyOrReason_IsRefusedAndDoesNothing()
    {
        using var admin = await stack.SignInAdmin();
        using var user = await stack.SignUp();
        var (_, account) = await Find(admin, user);

        using var keyless = await admin.Post($"{account}/adjustments", new { credits = 5, reason = "typo" });
        using var reasonless = await admin.Post($"{account}/adjustments", new { credits = 5, reason = " " }, "a");
        using var actor = await admin.Post(
            $"{account}/adjustments", new { credits = 5, reason = "typo", actor = "somebody else" }, "b");

        Assert.Equal((400, "idempotency_key_invalid"), await Problem(keyless));
        Assert.Equal((422, "credit_text_invalid"), await Problem(reasonless));
        Assert.Equal(605, (await ApiSession.Json(actor)).GetProperty("available").GetInt64());
        var entry = (await admin.Read($"{account}/entries")).GetProperty("entries")[0];
        Assert.NotEqual("somebody else", entry.GetProperty("actor").GetString());
    }

    [Fact]
    public async Task FindUser_NobodyHasTheAddress_Is404()
    {
        using var admin = await stack.SignInAdmin();

        using var answer = await admin.Get("/admin/users?email=nobody@example.com");

        Assert.Equal((404, "user_unknown"), await Problem(answer));
    }

    [Fact]
    public async Task SetPlan_IsShownWithTheUser_AndWhatIsNotThereIsRefused()
    {
        using var admin = await stack.SignInAdmin();
        using var user = await stack.SignUp();
        var me = await user.Read("/me");
        var plan = $"/admin/users/{me.GetProperty("userId").GetString()}/plan";

        using var changed = await admin.Put(plan, new { plan = "business" });
        using var noPlan = await admin.Put(plan, new { plan = "gold" });
        using var nobody = await admin.Put($"/admin/users/{Guid.CreateVersion7()}/plan", new { plan = "business" });

        Assert.Equal("business", (await ApiSession.Json(changed)).GetProperty("plan").GetString());
        Assert.Equal((422, "plan_unknown"), await Problem(noPlan));
        Assert.Equal((404, "user_unknown"), await Problem(nobody));
        var found = await admin.Read($"/admin/users?email={me.GetProperty("email").GetString()}");
        Assert.Equal("business", found.GetProperty("plan").GetString());
    }

    [Fact]
    public async Task Queue_PausedAndResumed_SaysSo()
    {
        using var admin = await stack.SignInAdmin();

        using var paused = await admin.Post("/admin/queue/pause", new { });
        var seen = await admin.Read("/admin/queue");
        using var resumed = await admin.Post("/admin/queue/resume", new { });

        Assert.True(seen.GetProperty("isPaused").GetBoolean());
        Assert.False((await ApiSession.Json(resumed)).GetProperty("isPaused").GetBoolean());
        Assert.Equal(2, seen.GetProperty("silos").GetArrayLength());
    }

    [Fact]
    public async Task Silo_DrainedAndUndrained_SaysSo()
    {
        using var admin = await stack.SignInAdmin();
        var silo = (await admin.Read("/admin/queue")).GetProperty("silos")[0].GetProperty("name").GetString()!;
        var route = $"/admin/queue/silos/{Uri.EscapeDataString(silo)}";

        using var drained = await admin.Post($"{route}/drain", new { });
        using var undrained = await admin.Post($"{route}/undrain", new { });

        Assert.True(IsDraining(await ApiSession.Json(drained), silo));
        Assert.False(IsDraining(await ApiSession.Json(undrained), silo));
    }

    [Fact]
    public async Task Audit_InPagesAndAsFiles_HasEveryActWithItsOutcome()
    {
        using var admin = await stack.SignInAdmin();
        using var user = await stack.SignUp();
        var (_, account) = await Find(admin, user);
        using var adjusted = await admin.Post($"{account}/adjustments", new { credits = -1, reason = "=cmd()" }, "a");
        var filter = "?target=" + Uri.EscapeDataString(Target(account)) + "&action=credits_adjust";

        var newest = await admin.Read($"/admin/audit{filter}&limit=1");
        var older = await admin.Read(
            $"/admin/audit{filter}&limit=1&cursor={newest.GetProperty("nextCursor").GetString()}");
        using var csv = await admin.Get($"/admin/audit.csv{filter}");
        using var ndjson = await admin.Get($"/admin/audit.ndjson{filter}");

        var outcome = Assert.Single(newest.GetProperty("entries").EnumerateArray());
        var intent = Assert.Single(older.GetProperty("entries").EnumerateArray());
        Assert.Equal(("outcome", "intent"), (
            outcome.GetProperty("phase").GetString(), intent.GetProperty("phase").GetString()));
        Assert.Equal(outcome.GetProperty("actId").GetString(), intent.GetProperty("actId").GetString());
        Assert.Equal("=cmd()", intent.GetProperty("content").GetProperty("reason").GetString());
        Assert.Equal("127.0.0.1", intent.GetProperty("address").GetString());
        Assert.Equal("text/csv", csv.Content.Headers.ContentType?.MediaType);
        Assert.Equal("audit.csv", csv.Content.Headers.ContentDisposition?.FileName);
        Assert.Equal(4, (await csv.Content.ReadAsStringAsync()).Split("\r\n").Length);
        var lines = (await ndjson.Content.ReadAsStringAsync()).TrimEnd('\n').Split('\n');
        Assert.Equal(
            [outcome.GetRawText(), intent.GetRawText()],
            lines.Select(line => JsonDocument.Parse(line).RootElement.GetRawText()));
    }

    [Theory]
    [InlineData("limit=201", "limit_invalid")]
    [InlineData("cursor=x", "cursor_invalid")]
    [InlineData("from=x", "request_malformed")]
    public async Task Audit_QueryThatIsNone_Is400(string query, string code)
    {
        using var admin = await stack.SignInAdmin();

        using var answer = await admin.Get($"/admin/audit?{query}");

        Assert.Equal((400, code), await Problem(answer));
    }

    /// <summary>Every operation under <c>/admin</c> in the OpenAPI document, so that none can be forgotten.</summary>
    private async Task<List<(HttpMethod Method, string Path)>> Routes()
    {
        using var http = new HttpClient { BaseAddress = stack.Origin };
        var document = await http.GetFromJsonAsync<JsonElement>(new Uri("/openapi/v1.json", UriKind.Relative));
        var routes = document.GetProperty("paths").EnumerateObject()
            .Where(path => path.Name.StartsWith("/api/v1/admin", StringComparison.Ordinal))
            .SelectMany(path => path.Value.EnumerateObject().Select(operation => (
                HttpMethod.Parse(operation.Name),
                path.Name.Replace("{id}", $"{Guid.CreateVersion7()}", StringComparison.Ordinal)
                    .Replace("{name}", "silo", StringComparison.Ordinal))))
            .ToList();
        Assert.True(routes.Count >= 17, $"{routes.Count} routes");
        return routes;
    }

    private static async Task AssertClosed(HttpClient http, HttpMethod method, string path, int status, string code)
    {
        using var request = new HttpRequestMessage(method, path);
        request.Headers.Add("Idempotency-Key", "a");
        using var answer = await http.SendAsync(request);

        Assert.Equal((path, (status, code)), (path, await Problem(answer)));
    }

    private static async Task<(int Status, string? Code)> Problem(HttpResponseMessage answer)
    {
        var problem = await ApiSession.Json(answer);
        Assert.Equal("application/problem+json", answer.Content.Headers.ContentType?.MediaType);
        return ((int)answer.StatusCode, problem.GetProperty("code").GetString());
    }

    /// <summary>The customer by the e-mail address, and the route of the workspace's credits.</summary>
    private static async Task<(string Email, string Account)> Find(ApiSession admin, ApiSession user)
    {
        var email = (await user.Read("/me")).GetProperty("email").GetString()!;
        var found = await admin.Read($"/admin/users?email={Uri.EscapeDataString(email)}");
        Assert.Equal(email, found.GetProperty("email").GetString());
        return (email, $"/admin/workspaces/{found.GetProperty("workspaceId").GetString()}/credits");
    }

    private static async Task<JsonElement> Audit(ApiSession admin, ApiSession user)
    {
        var workspace = (await user.Read("/me")).GetProperty("workspaceId").GetString();
        return await admin.Read($"/admin/audit?target=workspace/{workspace}");
    }

    private static string Target(string account) => "workspace/" + account.Split('/')[3];

    private static bool IsDraining(JsonElement queue, string silo) => queue.GetProperty("silos").EnumerateArray()
        .Single(s => s.GetProperty("name").GetString() == silo).GetProperty("isDraining").GetBoolean();
}
