using Microsoft.AspNetCore.Hosting;
using Xunit;

namespace Ax2.Users;

/// <summary>The development page is for the developer at this machine, and for nobody else.</summary>
[Collection(nameof(ApiHost))]
public sealed class OutboxTests(ApiHost host)
{
    private const string Loopback = "http://127.0.0.1:5080";

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Outbox_OnThisMachine_ShowsTheMails()
    {
        var mail = await NewMail();

        using var page = await Get(Loopback, "127.0.0.1", "/dev/outbox");
        using var mails = await Get("http://localhost:5080", "::1", "/dev/outbox/mails");

        Assert.Equal((200, "text/html"), ((int)page.StatusCode, page.Content.Headers.ContentType?.MediaType));
        Assert.Equal(200, (int)mails.StatusCode);
        Assert.Contains(mail.Id, await mails.Content.ReadAsStringAsync(Cancel), StringComparison.Ordinal);
        Assert.True(mails.Headers.CacheControl!.NoStore);
    }

    /// <summary>A stranger; a stranger through a proxy here; a page whose name was pointed at this machine.</summary>
    [Theory]
    [InlineData(Loopback, "203.0.113.7", null)]
    [InlineData(Loopback, null, null)]
    [InlineData("https://caption.example", "127.0.0.1", null)]
    [InlineData("http://127.0.0.1.evil.example", "127.0.0.1", null)]
    [InlineData(Loopback, "127.0.0.1", "203.0.113.7")]
    public async Task Outbox_ForAnybodyElse_IsNotThere(string origin, string? address, string? forwardedFor)
    {
        var mail = await NewMail();

        foreach (var path in (string[])["/dev/outbox", "/dev/outbox/mails"])
        {
            using var answer = await Get(origin, address, path, forwardedFor);
            Assert.Equal((404, "not_found"), await TestUser.Problem(answer));
            Assert.DoesNotContain(mail.Id, await answer.Content.ReadAsStringAsync(Cancel), StringComparison.Ordinal);
        }
    }

    [Theory]
    [InlineData("Mail:Outbox:Folder", "")]
    [InlineData("Mail:Smtp:Host", "mail.example")]
    public async Task Outbox_WhereMailsGoElsewhere_IsNotThere(string setting, string value)
    {
        await using var other = host.WithWebHostBuilder(builder => builder.UseSetting(setting, value));
        using var client = other.CreateClient(new() { BaseAddress = new Uri(Loopback) });
        using var request = new HttpRequestMessage(HttpMethod.Get, "/dev/outbox/mails");
        request.Headers.Add(CallersAddress.Header, "127.0.0.1");

        using var answer = await client.SendAsync(request, Cancel);

        Assert.Equal(404, (int)answer.StatusCode);
    }

    private async Task<OutboxMail> NewMail()
    {
        var mail = new OutboxMail(
            $"letter-{Guid.CreateVersion7():N}", "kim@example.com", "Hello", "Hello.\n", "en", host.Clock.GetUtcNow());
        await host.Outbox.AddAsync(mail, Cancel);
        return mail;
    }

    private async Task<HttpResponseMessage> Get(
        string origin, string? address, string path, string? forwardedFor = null)
    {
        using var client = host.NewClient(origin);
        using var request = new HttpRequestMessage(HttpMethod.Get, path);
        if (address is not null)
        {
            request.Headers.Add(CallersAddress.Header, address);
        }

        if (forwardedFor is not null)
        {
            request.Headers.Add("X-Forwarded-For", forwardedFor);
        }

        return await client.SendAsync(request, Cancel);
    }
}
