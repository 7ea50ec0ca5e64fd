using System.Text.Json;
using Ax2.Users;
using Xunit;

namespace Ax2.Media;

[Collection(nameof(ApiHost))]
public sealed class UploadCompletionTests(ApiHost host)
{
    [Fact]
    public async Task Complete_LastsLongerThanARequest_Is202UntilItIsDone()
    {
        using var user = await TestUser.SignUp(host);
        var path = await SendFile(user);
        var (begun, released) = (new TaskCompletionSource(), new TaskCompletionSource());
        host.Probe.BeforeAnswer = cancellationToken =>
        {
            begun.TrySetResult();
            return released.Task.WaitAsync(cancellationToken);
        };
        try
        {
            var asked = user.Send(HttpMethod.Post, path + "/complete", new { });
            await begun.Task.WaitAsync(TestContext.Current.CancellationToken);
            host.Clock.Advance(TimeSpan.FromSeconds(4));
            using var early = await asked;

            Assert.Equal(202, (int)early.StatusCode);
            Assert.Equal(TimeSpan.FromSeconds(1), early.Headers.RetryAfter?.Delta);
            Assert.Equal("/api/v1" + path, early.Headers.Location?.ToString());
            Assert.Equal("open", StateOf(await TestUser.Json(early)));
        }
        finally
        {
            released.SetResult();
            host.Probe.BeforeAnswer = _ => Task.CompletedTask;
        }

        using var done = await user.Send(HttpMethod.Post, path + "/complete", new { });
        Assert.Equal((200, "ready"), ((int)done.StatusCode, StateOf(await TestUser.Json(done))));
    }

    private async Task<string> SendFile(TestUser user)
    {
        var upload = await user.Read(HttpMethod.Post, "/uploads", new { fileName = "a.wav", sizeBytes = 3 });
        host.Store.Send(upload.GetProperty("parts")[0].GetProperty("url").GetString()!, [1, 2, 3]);
        return $"/uploads/{upload.GetProperty("id").GetGuid()}";
    }

    private static string? StateOf(JsonElement upload) => upload.GetProperty("state").GetString();
}
