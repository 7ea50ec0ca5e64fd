using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using Xunit;

namespace Ax2.Tests;

/// <summary>Bad input gets a clear error with a stable code, costs nothing and leaves nothing.</summary>
public sealed class BadInputTests(Stack stack) : IAsyncLifetime
{
    private readonly string _folder = Directory.CreateTempSubdirectory("ax2-bad-").FullName;
    private ApiSession _user = null!;

    public async ValueTask InitializeAsync() => _user = await stack.SignUp();

    public async ValueTask DisposeAsync()
    {
        var credits = await _user.Read("/credits");
        _user.Dispose();
        Directory.Delete(_folder, recursive: true);
        Assert.Equal(0, credits.GetProperty("held").GetInt64());
        Assert.Equal(600, credits.GetProperty("posted").GetInt64());
        // Each living silo keeps one lock there, and nothing else between two runs of a tool.
        Assert.DoesNotContain(
            Directory.GetFiles(stack.Temporary, "*", SearchOption.AllDirectories),
            file => !file.EndsWith(".lock", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Upload_NotMedia_IsRejectedAndItsBytesAreRemoved() =>
        await AssertRejected(await Text("film.mp4", "no film at all"), "not_media");

    [Fact]
    public async Task Upload_Playlist_DoesNotReadOtherFiles() => await AssertRejected(
        await Text("film.mp4", "#EXTM3U\n#EXT-X-TARGETDURATION:10\n#EXTINF:10,\nfile:///etc/passwd\n"), "not_media");

    [Fact]
    public async Task Upload_VideoWithoutSound_IsRejected() => await AssertRejected(
        await Made("mute.mp4", "-f", "lavfi", "-i", "testsrc2=d=2", "-pix_fmt", "yuv420p"), "no_audio");

    [Fact]
    public async Task Upload_LongerThanAllowed_IsRejected() => await AssertRejected(
        await Made("ages.flac", "-f", "lavfi", "-i", "anullsrc=r=8000:cl=mono", "-t", "36010"), "media_too_long");

    [Fact]
    public async Task Upload_HalfAnMp4_IsRejected()
    {
        var whole = await SampleVideo.Make(_folder);
        var half = Path.Combine(_folder, "half.mp4");
        var bytes = await File.ReadAllBytesAsync(whole);
        await File.WriteAllBytesAsync(half, bytes[..(bytes.Length / 2)]);

        using var answer = await _user.Upload(half);

        Assert.Contains(await Code(answer), new[] { "not_media", "media_truncated" });
        await AssertNoObjects(await ApiSession.Json(answer));
    }

    [Fact]
    public async Task Job_FileCutInTheMiddle_FailsAsTruncatedAndCostsNothing()
    {
        var whole = await Made("whole.wav", "-f", "lavfi", "-i", "sine=d=60", "-ar", "44100");
        var cut = Path.Combine(_folder, "cut.mka");
        await SampleVideo.Ffmpeg("-i", whole, "-c:a", "flac", cut);
        var bytes = await File.ReadAllBytesAsync(cut);
        await File.WriteAllBytesAsync(cut, bytes[..(bytes.Length / 2)]);
        using var uploaded = await _user.Upload(cut);
        if ((int)uploaded.StatusCode == 422)
        {
            Assert.Equal("media_truncated", await Code(uploaded));
            return;
        }

        var upload = await ApiSession.Json(uploaded);
        var job = await _user.StartJob(upload.GetProperty("id").GetString()!);
        var over = await _user.End(job.GetProperty("id").GetString()!);

        Assert.Equal("failed", over.GetProperty("stage").GetString());
        Assert.Equal("media_truncated", over.GetProperty("error").GetProperty("code").GetString());
    }

    [Fact]
    public async Task Upload_Empty_IsRefused()
    {
        using var answer = await _user.Post("/uploads", new { fileName = "a.mp4", sizeBytes = 0 });

        Assert.Equal("file_empty", await Code(answer));
    }

    [Theory]
    [InlineData("a\nb.mp4")]
    [InlineData("\"quoted\" <b>.mp4")]
    [InlineData("../../etc/passwd")]
    [InlineData("강연 발표 🎬.mp4")]
    public async Task Upload_OddFileName_IsFineAndNeverAPath(string name)
    {
        using var answer = await _user.Upload(
            await Made("tone.wav", "-f", "lavfi", "-i", "sine=d=1"), name);

        Assert.Equal(200, (int)answer.StatusCode);
        var id = (await ApiSession.Json(answer)).GetProperty("id").GetString()!;
        Assert.Contains(
            Directory.GetFiles(stack.Objects, "*", SearchOption.AllDirectories),
            file => file.Contains(id.Replace("-", "", StringComparison.Ordinal), StringComparison.Ordinal));
    }

    [Fact]
    public async Task Complete_PartMissing_SaysSoAndStaysOpen()
    {
        using var begun = await _user.Post("/uploads", new { fileName = "a.mp4", sizeBytes = 100 });
        var id = (await ApiSession.Json(begun)).GetProperty("id").GetString();

        using var answer = await _user.Post($"/uploads/{id}/complete", new { });

        Assert.Equal("part_missing", await Code(answer));
        Assert.Equal("open", (await _user.Read($"/uploads/{id}")).GetProperty("state").GetString());
    }

    [Fact]
    public async Task Part_WrongDigest_DoesNotCount()
    {
        using var begun = await _user.Post("/uploads", new { fileName = "a.mp4", sizeBytes = 3 });
        var upload = await ApiSession.Json(begun);
        using var body = new ByteArrayContent("abc"u8.ToArray());
        body.Headers.Add("Content-Digest", $"sha-256=:{Convert.ToBase64String(new byte[32])}:");

        using var answer = await _user.Http.PutAsync(
            new Uri(upload.GetProperty("parts")[0].GetProperty("url").GetString()!, UriKind.Relative), body);

        Assert.Equal("part_checksum_mismatch", await Code(answer));
        var after = await _user.Read($"/uploads/{upload.GetProperty("id").GetString()}");
        Assert.False(after.GetProperty("parts")[0].GetProperty("received").GetBoolean());
    }

    [Fact]
    public async Task Job_UnknownLanguage_IsRefused()
    {
        var id = await _user.ReadyUpload(await Made("tone.wav", "-f", "lavfi", "-i", "sine=d=1"));

        using var answer = await _user.Post("/jobs", new { uploadId = id, language = "tlh" });

        Assert.Equal("language_unsupported", await Code(answer));
    }

    [Fact]
    public async Task Job_TooExpensive_Is402WithTheShortfall()
    {
        // 600 credits are an hour; this is two of silence.
        var id = await _user.ReadyUpload(await Made("long.flac", "-f", "lavfi", "-i", "anullsrc=r=8000", "-t", "7200"));

        using var answer = await _user.Post("/jobs", new { uploadId = id, language = "en" });

        Assert.Equal(402, (int)answer.StatusCode);
        var problem = await ApiSession.Json(answer);
        Assert.Equal("credits_insufficient", problem.GetProperty("code").GetString());
        Assert.Equal(600, problem.GetProperty("shortfallCredits").GetInt64());
        Assert.Empty((await _user.Read("/jobs")).GetProperty("items").EnumerateArray());
    }

    [Fact]
    public async Task Another_UsersThings_AreNotThere()
    {
        using var stranger = await stack.SignUp();
        var id = await _user.ReadyUpload(await Made("tone.wav", "-f", "lavfi", "-i", "sine=d=1"));

        Assert.Equal(404, (int)(await stranger.Get($"/uploads/{id}")).StatusCode);
        Assert.Equal(404, (int)(await stranger.Post($"/uploads/{id}/complete", new { })).StatusCode);
        using var stolen = await stranger.Post("/jobs", new { uploadId = id, language = "en" });
        Assert.Equal("upload_unknown", await Code(stolen));
    }

    [Fact]
    public async Task Another_UsersJob_IsNotThere()
    {
        using var owner = await stack.SignUp();
        var tone = await Made("tone.wav", "-f", "lavfi", "-i", "sine=d=1");
        var job = await owner.StartJob(await owner.ReadyUpload(tone));
        var id = job.GetProperty("id").GetString()!;
        await owner.End(id);

        foreach (var path in new[] { $"/jobs/{id}", $"/jobs/{id}/events", $"/jobs/{id}/captions/en.srt" })
        {
            using var answer = await _user.Get(path);
            Assert.Equal(404, (int)answer.StatusCode);
        }

        using var cancelled = await _user.Post($"/jobs/{id}/cancel", new { });
        Assert.Equal("job_unknown", await Code(cancelled));
        Assert.Empty((await _user.Read("/jobs")).GetProperty("items").EnumerateArray());
    }

    [Theory]
    [InlineData("{", 400, "request_malformed")]
    [InlineData("{}", 400, "request_malformed")]
    [InlineData("{\"uploadId\":null,\"language\":\"en\"}", 400, "request_malformed")]
    [InlineData("[]", 400, "request_malformed")]
    public async Task Body_NotTheRoutesJson_Is400(string body, int status, string code)
    {
        using var content = new StringContent(body, Encoding.UTF8, "application/json");

        using var answer = await _user.Http.PostAsync(new Uri("/api/v1/jobs", UriKind.Relative), content);

        Assert.Equal(status, (int)answer.StatusCode);
        Assert.Equal(code, await Code(answer));
    }

    [Fact]
    public async Task Body_TooLarge_Is413()
    {
        using var content = JsonContent.Create(new { uploadId = Guid.Empty, language = new string('x', 70_000) });

        using var answer = await _user.Http.PostAsync(new Uri("/api/v1/jobs", UriKind.Relative), content);

        Assert.Equal(413, (int)answer.StatusCode);
        Assert.Equal("body_too_large", await Code(answer));
    }

    private async Task AssertRejected(string path, string code)
    {
        using var answer = await _user.Upload(path);

        Assert.Equal(422, (int)answer.StatusCode);
        Assert.Equal(code, await Code(answer));
        await AssertNoObjects(await ApiSession.Json(answer));
    }

    private async Task AssertNoObjects(JsonElement problem)
    {
        Assert.True(problem.TryGetProperty("detail", out _));
        var workspace = (await _user.Read("/me")).GetProperty("workspaceId").GetGuid().ToString("N");
        Assert.DoesNotContain(
            Directory.GetFiles(stack.Objects, "*", SearchOption.AllDirectories),
            file => file.Contains(workspace, StringComparison.Ordinal));
    }

    private static async Task<string?> Code(HttpResponseMessage answer)
    {
        var problem = await ApiSession.Json(answer);
        Assert.Equal("application/problem+json", answer.Content.Headers.ContentType?.MediaType);
        return problem.GetProperty("code").GetString();
    }

    private async Task<string> Text(string name, string text)
    {
        var path = Path.Combine(_folder, name);
        await File.WriteAllTextAsync(path, text);
        return path;
    }

    private async Task<string> Made(string name, params string[] arguments)
    {
        var path = Path.Combine(_folder, name);
        await SampleVideo.Ffmpeg([.. arguments, path]);
        return path;
    }
}
