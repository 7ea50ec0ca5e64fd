using Ax2.Media;
using Ax2.Users;
using Xunit;

namespace Ax2.Http;

/// <summary>What the service cannot do at the moment is said as such, and works when it is tried again.</summary>
[Collection(nameof(ApiHost))]
public sealed class BusyAndFullTests(ApiHost host) : IDisposable
{
    public void Dispose()
    {
        host.Passwords.IsBusy = false;
        host.Store.OnEffect = _ => { };
    }

    [Theory]
    [InlineData("/sessions")]
    [InlineData("/users")]
    public async Task Password_TooManyWait_IsBusyForSeconds(string path)
    {
        using var user = await TestUser.SignUp(host);
        host.Passwords.IsBusy = true;
        var body = new { Email = path == "/users" ? "new-" + user.Email : user.Email, TestUser.Password };

        using var busy = await user.Send(HttpMethod.Post, path, body, token: "");
        host.Passwords.IsBusy = false;
        using var again = await user.Send(HttpMethod.Post, path, body, token: "");

        Assert.Equal((503, "service_busy"), await TestUser.Problem(busy));
        Assert.InRange(busy.Headers.RetryAfter!.Delta!.Value.TotalSeconds, 1, 30);
        Assert.InRange((int)again.StatusCode, 201, 202);
    }

    [Fact]
    public async Task CompleteUpload_StoreIsFull_Is507AndGoesOnWhenRepeated()
    {
        using var user = await TestUser.SignUp(host);
        using var begun = await user.Send(HttpMethod.Post, "/uploads", new { fileName = "talk.wav", sizeBytes = 3 });
        var upload = await TestUser.Json(begun);
        host.Store.Send(upload.GetProperty("parts")[0].GetProperty("url").GetString()!, [1, 2, 3]);
        var path = $"/uploads/{upload.GetProperty("id").GetString()}/complete";
        Fill("before complete");

        using var full = await user.Send(HttpMethod.Post, path);
        host.Store.OnEffect = _ => { };
        using var done = await user.Send(HttpMethod.Post, path);

        Assert.Equal((507, "storage_full"), await TestUser.Problem(full));
        Assert.Equal("ready", (await TestUser.Json(done)).GetProperty("state").GetString());
    }

    [Fact]
    public async Task BeginUpload_StoreIsFull_Is507()
    {
        using var user = await TestUser.SignUp(host);
        Fill("before begin");

        using var full = await user.Send(HttpMethod.Post, "/uploads", new { fileName = "talk.wav", sizeBytes = 3 });

        Assert.Equal((507, "storage_full"), await TestUser.Problem(full));
    }

    private void Fill(string effect) => host.Store.OnEffect = began =>
    {
        if (began == effect)
        {
            throw new StorageFaultException(MediaRefusals.StorageFull, "The disk is full.");
        }
    };
}
