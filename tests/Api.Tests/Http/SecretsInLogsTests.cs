using System.Net;
using System.Net.Http.Headers;
using System.Text;
using Xunit;

namespace Ax2.Http;

/// <summary>With every category at its most talkative, which is worse than any operator's setting.</summary>
public sealed class SecretsInLogsTests(ApiHost host) : IClassFixture<ApiHost>
{
    private static readonly string Session = "ax2s_" + new string('7', 64);

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task SignedLink_Used_IsNotLogged()
    {
        host.Store("videos/logged");
        using var client = host.Client();
        var link = host.SignedRead("videos/logged", "private name.mp4");
        using var answer = await client.GetAsync(link, Token);
        using var forged = await client.GetAsync(link + "00", Token);
        Assert.Equal((HttpStatusCode.OK, HttpStatusCode.Forbidden), (answer.StatusCode, forged.StatusCode));

        Assert.Contains("/objects/videos/logged", host.Log, StringComparison.Ordinal);
        Assert.DoesNotContain(link.Split("signature=")[1], host.Log, StringComparison.Ordinal);
        Assert.DoesNotContain("private", host.Log, StringComparison.Ordinal);
    }

    [Fact]
    public async Task SessionAndPassword_Sent_AreNotLogged()
    {
        using var client = host.Client();
        client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", Session);
        client.DefaultRequestHeaders.Add("Cookie", $"ax2_session={Session}");
        string[] bodies = ["{\"email\":\"kim@example.com\",\"password\":\"open sesame!\"}", "{\"open sesame!"];
        foreach (var body in bodies)
        {
            using var content = new StringContent(body, Encoding.UTF8, "application/json");
            using var failed = await client.PostAsync("/api/v1/sessions?from=page", content, Token);
            Assert.False(failed.IsSuccessStatusCode);
        }

        using var me = await client.GetAsync("/api/v1/me", Token);
        Assert.Contains("/api/v1/sessions", host.Log, StringComparison.Ordinal);
        Assert.DoesNotContain(Session[5..], host.Log, StringComparison.Ordinal);
        Assert.DoesNotContain("open sesame", host.Log, StringComparison.Ordinal);
        Assert.DoesNotContain("kim@example.com", host.Log, StringComparison.Ordinal);
    }
}
