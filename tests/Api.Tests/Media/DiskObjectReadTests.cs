using System.Net;
using System.Net.Http.Headers;
using System.Text;
using Xunit;

namespace Ax2.Media;

public sealed class DiskObjectReadTests(DiskObjectsHost host) : IClassFixture<DiskObjectsHost>
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Get_Object_IsServedInertly()
    {
        host.Store("uploads/a", [1, 2, 3]);
        using var answer = await host.GetAsync(host.ReadUrl("uploads/a", "video/mp4"));
        Assert.Equal([1, 2, 3], await answer.Content.ReadAsByteArrayAsync(Token));
        Assert.Equal("video/mp4", answer.Content.Headers.ContentType!.ToString());
        Assert.Equal("nosniff", answer.Headers.GetValues("X-Content-Type-Options").Single());
        Assert.Equal("default-src 'none'; sandbox", answer.Headers.GetValues("Content-Security-Policy").Single());
        Assert.True(answer.Headers.CacheControl!.Private);
        Assert.Null(answer.Content.Headers.ContentDisposition);
    }

    [Theory]
    [InlineData("text/html")]
    [InlineData("image/svg+xml")]
    [InlineData("application/xhtml+xml")]
    [InlineData("video/mp4\r\nX-Injected: 1")]
    [InlineData("video/mp4; charset=x")]
    [InlineData("VIDEO/<script>")]
    [InlineData("")]
    public async Task Get_TypeThatCouldRun_IsServedAsBytes(string contentType)
    {
        host.Store("page", Encoding.ASCII.GetBytes("<script>alert(1)</script>"));
        using var answer = await host.GetAsync(host.ReadUrl("page", contentType));
        Assert.Equal("application/octet-stream", answer.Content.Headers.ContentType!.ToString());
        Assert.False(answer.Headers.Contains("X-Injected"));
    }

    [Theory]
    [InlineData("bytes=2-4", 206, "cde", "bytes 2-4/10")]
    [InlineData("bytes=7-", 206, "hij", "bytes 7-9/10")]
    [InlineData("bytes=-2", 206, "ij", "bytes 8-9/10")]
    [InlineData("bytes=0-100", 206, "abcdefghij", "bytes 0-9/10")]
    [InlineData("bytes=20-", 416, "", "bytes */10")]
    [InlineData("nonsense", 200, "abcdefghij", null)]
    public async Task Get_Range_IsThatRange(string range, int status, string text, string? contentRange)
    {
        host.Store("range", "abcdefghij"u8.ToArray());
        using var answer = await host.GetAsync(host.ReadUrl("range", "audio/mpeg"),
            h => h.TryAddWithoutValidation("Range", range));
        Assert.Equal(status, (int)answer.StatusCode);
        Assert.Equal(text, await answer.Content.ReadAsStringAsync(Token));
        Assert.Equal(contentRange, answer.Content.Headers.ContentRange?.ToString());
    }

    [Fact]
    public async Task Get_WithEntityTag_AnswersWhatChanged()
    {
        host.Store("tagged", "abcdefghij"u8.ToArray());
        var url = host.ReadUrl("tagged", "audio/mpeg");
        using var first = await host.GetAsync(url);
        var tag = first.Headers.ETag!;

        using var same = await host.GetAsync(url, h => h.IfNoneMatch.Add(tag));
        using var range = await host.GetAsync(url, h => (h.Range, h.IfRange) = (new(1, 2), new(tag)));
        using var stale = await host.GetAsync(url, h => (h.Range, h.IfRange) = (new(1, 2), new("\"old\"")));

        Assert.Equal(HttpStatusCode.NotModified, same.StatusCode);
        Assert.Equal("bc", await range.Content.ReadAsStringAsync(Token));
        Assert.Equal("abcdefghij", await stale.Content.ReadAsStringAsync(Token));
    }

    [Fact]
    public async Task Head_Object_TellsItsLength()
    {
        host.Store("head", [1, 2, 3]);
        using var request = new HttpRequestMessage(HttpMethod.Head, host.ReadUrl("head", "audio/mpeg"));
        using var answer = await host.Client.SendAsync(request, Token);
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        Assert.Equal(3, answer.Content.Headers.ContentLength);
    }

    [Theory]
    [InlineData("talk.srt", "talk.srt")]
    [InlineData("회의 \"초안\" 2030.srt", "회의 _초안_ 2030.srt")]
    [InlineData("a\r\nSet-Cookie: x=1\r\n.srt", "aSet-Cookie_ x=1.srt")]
    [InlineData("../../etc/passwd", "_._etc_passwd")]
    [InlineData("a;b=%22c%22.srt", "a;b=_22c_22.srt")]
    public async Task Get_DownloadName_IsSafe(string name, string expected)
    {
        host.Store("named", [1]);
        using var answer = await host.GetAsync(host.ReadUrl("named", "application/json", name));
        var disposition = answer.Content.Headers.ContentDisposition!;
        Assert.Equal("attachment", disposition.DispositionType);
        Assert.Equal(expected, disposition.FileNameStar);
        Assert.False(answer.Headers.Contains("Set-Cookie"));
    }

    [Fact]
    public async Task Get_UnknownObject_IsUnknown()
    {
        using var answer = await host.GetAsync(host.ReadUrl("none", "video/mp4"));
        await DiskPartUploadTests.AssertAnswerAsync(answer, 404, "object_unknown");
    }

    [Fact]
    public async Task Get_WhenTheLinkExpires_IsRefused()
    {
        host.Store("hour", [1]);
        var url = host.ReadUrl("hour", "video/mp4", lifetime: TimeSpan.FromMinutes(1));
        using var before = await host.GetAsync(url);
        host.Time.Advance(TimeSpan.FromMinutes(1));
        using var after = await host.GetAsync(url);
        Assert.Equal(HttpStatusCode.OK, before.StatusCode);
        await DiskPartUploadTests.AssertAnswerAsync(after, 403, "link_expired");
    }

    [Theory]
    [InlineData("type=video%2Fmp4", "type=text%2Fhtml")]
    [InlineData("name=", "name=evil.exe")]
    [InlineData("/objects/mine", "/objects/yours")]
    public async Task Get_ForgedLink_IsRefused(string before, string forged)
    {
        host.Store("mine", [1]);
        host.Store("yours", [2]);
        var url = host.ReadUrl("mine", "video/mp4");
        Assert.Contains(before, url, StringComparison.Ordinal);
        using var answer = await host.GetAsync(url.Replace(before, forged, StringComparison.Ordinal));
        await DiskPartUploadTests.AssertAnswerAsync(answer, 403, "link_invalid");
    }

    [Fact]
    public async Task Get_WithALinkForSending_IsRefused()
    {
        host.Store("sent", [1]);
        using var answer = await host.GetAsync(host.PartUrl("sent", 1, 1));
        await DiskPartUploadTests.AssertAnswerAsync(answer, 403, "link_invalid");
    }
}
