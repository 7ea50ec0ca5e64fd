using System.Globalization;
using System.Text.Json.Nodes;
using Ax2.TestKit;
using Ax2.Users;
using Xunit;

namespace Ax2.Matrix;

/// <summary>Injection and traversal in every field that takes a text.</summary>
[Collection(nameof(ApiHost))]
[NeedsProcesses]
public sealed class HostileInputTests(ServedApi api) : IClassFixture<ServedApi>
{
    [Fact]
    public async Task EveryField_OfEveryBody_TakesOrRefusesIt()
    {
        using var admin = await TestUser.SignUpVerified(api.Host, ApiHost.AdminEmail);
        var findings = new List<string>();
        var tried = 0;
        foreach (var route in api.Document.Routes)
        {
            foreach (var field in api.Document.Body(route) is { } body ? ServedDocument.TextFields(body) : [])
            {
                foreach (var text in HostileTexts.All)
                {
                    var sent = api.Document.Body(route)!;
                    sent[field] = text;
                    tried++;
                    await Check($"{route.Name} {field}", route.Method, Address(route), admin, findings, text, sent);
                }
            }
        }

        Assert.True(tried > 300, $"{tried} requests are not every field.");
        Assert.Empty(findings);
    }

    [Fact]
    public async Task EveryField_OfEveryAddress_TakesOrRefusesIt()
    {
        using var admin = await TestUser.SignUpVerified(api.Host, ApiHost.AdminEmail);
        var findings = new List<string>();
        var tried = 0;
        foreach (var route in api.Document.Routes)
        {
            var addresses =
                from text in HostileTexts.All.Where(FitsAnAddress)
                from field in route.PathFields.Select(name => (name, Address(route, name, text)))
                    .Concat(route.QueryFields.Select(name =>
                        (name, $"{Address(route)}?{name}={Uri.EscapeDataString(text)}")))
                select (text, field);
            foreach (var (text, (name, address)) in addresses.ToList())
            {
                tried++;
                await Check(
                    $"{route.Name} {name}", route.Method, address, admin, findings, text,
                    route.TakesBody ? api.Document.Body(route) ?? [] : null);
            }
        }

        await api.Ask("POST", "/api/v1/admin/queue/resume", admin.Tokens.Access);
        Assert.True(tried > 300, $"{tried} requests are not every field.");
        Assert.Empty(findings);
    }

    public static TheoryData<int> Texts => [.. Enumerable.Range(0, HostileTexts.All.Length)];

    /// <summary>What is stored comes back as it was sent, but for blanks around it.</summary>
    [Theory, MemberData(nameof(Texts))]
    public async Task StoredText_ComesBackAsItIs_OrIsRefused(int number)
    {
        var text = HostileTexts.All[number];
        using var user = await TestUser.SignUp(api.Host);

        await Compare("/workspaces", new JsonObject { ["name"] = text }, made => made["name"]);
        await Compare(
            "/api-keys", new JsonObject { ["name"] = text, ["scopes"] = new JsonArray("jobs:read") },
            made => made["apiKey"]!["name"]);
        await Compare(
            "/uploads", new JsonObject { ["fileName"] = text, ["sizeBytes"] = 3 }, made => made["fileName"], Visible);

        async Task Compare(
            string path, JsonObject body, Func<JsonNode, JsonNode?> read, Func<string, string>? shown = null)
        {
            using var answer = await api.Send("POST", "/api/v1" + path, user.Tokens.Access, null, body);
            var content = await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
            if (answer.IsSuccessStatusCode)
            {
                shown ??= value => value.Trim();
                Assert.Equal(shown(text), shown(read(JsonNode.Parse(content)!)!.GetValue<string>()));
            }
            else
            {
                Assert.InRange((int)answer.StatusCode, 400, 499);
            }
        }
    }

    /// <summary>A server does not even read an address with a zero byte, nor one so long.</summary>
    private static bool FitsAnAddress(string text) =>
        text.Length is > 0 and < 5_000 && !text.Contains('\0', StringComparison.Ordinal);

    /// <summary>File names lose what would act instead of being read: line ends, marks that turn the text.</summary>
    private static string Visible(string text) => string.Concat(text.Where(c =>
        !char.IsControl(c) && !char.IsWhiteSpace(c) && char.GetUnicodeCategory(c) != UnicodeCategory.Format));

    private static string Address(ServedDocument.Route route, string? field = null, string? value = null) =>
        route.Address(Guid.Empty, field, value);

    private async Task Check(
        string what, string method, string address, TestUser admin, List<string> findings, string text, JsonNode? body)
    {
        // Nobody is to end the session that the rest of the fields are tried with.
        var token = method == "DELETE" ? null : admin.Tokens.Access;
        using var answer = await api.Send(method, address, token, null, body);
        if ((int)answer.StatusCode >= 500 || answer.Headers.Contains("X-Injected"))
        {
            findings.Add($"{what}: {(int)answer.StatusCode} for {text[..Math.Min(text.Length, 40)]}");
        }
    }
}
