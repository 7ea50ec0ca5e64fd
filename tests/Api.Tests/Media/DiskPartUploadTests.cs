using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Xunit;

namespace Ax2.Media;

public sealed class DiskPartUploadTests(DiskObjectsHost host) : IClassFixture<DiskObjectsHost>
{
    private static readonly byte[] _bytes = RandomNumberGenerator.GetBytes(300_000);

    private static string Sha256 => Convert.ToHexStringLower(SHA256.HashData(_bytes));

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Put_WholePart_IsStoredUnderItsHash()
    {
        host.Begin("uploads/whole");
        using var answer = await host.PutAsync(host.PartUrl("uploads/whole", 2, _bytes.Length), _bytes);
        Assert.Equal(HttpStatusCode.NoContent, answer.StatusCode);
        Assert.Equal($"\"{Sha256}\"", answer.Headers.ETag!.Tag);
        Assert.Equal([$"00002-300000-{Sha256}"], host.PartFiles("uploads/whole"));
    }

    [Fact]
    public async Task Put_SamePartAgain_LeavesOnlyTheLast()
    {
        host.Begin("again");
        foreach (var text in (string[])["first", "other", "third"])
            (await host.PutAsync(host.PartUrl("again", 1, 5), Encoding.ASCII.GetBytes(text))).Dispose();
        Assert.Equal([$"00001-5-{Convert.ToHexStringLower(SHA256.HashData("third"u8))}"], host.PartFiles("again"));
    }

    [Theory]
    [InlineData(true, null, 204, null)]
    [InlineData(true, "md5=:AAAA:, {0}", 204, null)]
    [InlineData(false, null, 400, "part_checksum_mismatch")]
    [InlineData(true, "sha-256=:AAAA:", 400, "content_digest_invalid")]
    [InlineData(true, "sha-256=abc", 400, "content_digest_invalid")]
    [InlineData(true, "sha-256=:", 400, "content_digest_invalid")]
    [InlineData(true, "sha-512=:AAAA:", 400, "content_digest_invalid")]
    [InlineData(true, "{0}, {0}", 400, "content_digest_invalid")]
    [InlineData(true, "", 400, "content_digest_invalid")]
    public async Task Put_ContentDigest_IsChecked(bool isRight, string? header, int status, string? code)
    {
        var key = "digest-" + Guid.CreateVersion7().ToString("N");
        host.Begin(key);
        var digest = $"sha-256=:{Convert.ToBase64String(SHA256.HashData(isRight ? _bytes : [1]))}:";
        using var answer = await host.PutAsync(host.PartUrl(key, 1, _bytes.Length), _bytes,
            header?.Replace("{0}", digest, StringComparison.Ordinal) ?? digest);
        await AssertAnswerAsync(answer, status, code);
        Assert.Equal(status == 204 ? 1 : 0, host.PartFiles(key).Length);
    }

    [Theory]
    [InlineData(1, false, 413, "part_too_large")]
    [InlineData(1, true, 413, "part_too_large")]
    [InlineData(-1, false, 400, "part_incomplete")]
    [InlineData(-1, true, 400, "part_incomplete")]
    [InlineData(-300_000, true, 400, "part_incomplete")]
    public async Task Put_OtherSizeThanSigned_IsRefusedAndLeavesNothing(
        int more, bool isChunked, int status, string code)
    {
        host.Begin("sized");
        using var request = new HttpRequestMessage(HttpMethod.Put, host.PartUrl("sized", 1, _bytes.Length - more))
        {
            Content = new StreamContent(new MemoryStream(_bytes)),
        };
        if (more == -300_000) request.Content = new ByteArrayContent([]);
        request.Headers.TransferEncodingChunked = isChunked;
        using var answer = await host.Client.SendAsync(request, Token);
        await AssertAnswerAsync(answer, status, code);
        Assert.Empty(host.PartFiles("sized"));
    }

    [Fact]
    public async Task Put_PartAboveTheServersUsualLimit_IsTaken()
    {
        var large = new byte[40_000_000];
        host.Begin("large");
        using var answer = await host.PutAsync(host.PartUrl("large", 1, large.Length), large);
        Assert.Equal(HttpStatusCode.NoContent, answer.StatusCode);
    }

    [Fact]
    public async Task Put_ConnectionLostInTheMiddle_LeavesNothing()
    {
        host.Begin("lost");
        using (var client = new TcpClient())
        {
            await client.ConnectAsync(IPAddress.Loopback, host.Address.Port, Token);
            await client.GetStream().WriteAsync(Encoding.ASCII.GetBytes(
                $"PUT {host.PartUrl("lost", 1, 1000)} HTTP/1.1\r\nHost: x\r\nContent-Length: 1000\r\n\r\nsome"), Token);
            await WaitUntilAsync(() => host.PartFiles("lost").Length == 1);
        }
        await WaitUntilAsync(() => host.PartFiles("lost").Length == 0);
    }

    [Fact]
    public async Task Put_UploadThatIsOver_IsUnknown()
    {
        using var answer = await host.PutAsync(host.PartUrl("over", 1, 3), [1, 2, 3]);
        await AssertAnswerAsync(answer, 404, "upload_unknown");
    }

    [Fact]
    public async Task Put_ExpiredLink_IsRefused()
    {
        host.Begin("expired");
        using var answer = await host.PutAsync(host.PartUrl("expired", 1, 3, TimeSpan.Zero), [1, 2, 3]);
        await AssertAnswerAsync(answer, 403, "link_expired");
    }

    [Theory]
    [InlineData("part=1", "part=2")]
    [InlineData("size=3", "size=4")]
    [InlineData("/objects/forged", "/objects/other")]
    [InlineData("/objects/forged", "/objects/../forged")]
    [InlineData("/objects/forged", "/objects/..%2fforged")]
    [InlineData("expires=18", "expires=19")]
    [InlineData("expires=18", "expires=99999999999999999")]
    [InlineData("upload=", "upload=0")]
    [InlineData("signature=", "signature=00")]
    [InlineData("signature=", "signature=&signature=")]
    [InlineData("signature=", "sig=")]
    [InlineData("part=1", "part=-1")]
    public async Task Put_ForgedLink_IsRefused(string before, string forged)
    {
        host.Begin("forged");
        host.Begin("other");
        var url = host.PartUrl("forged", 1, 3);
        Assert.Contains(before, url, StringComparison.Ordinal);
        using var answer = await host.PutAsync(url.Replace(before, forged, StringComparison.Ordinal), [1, 2, 3]);
        Assert.Contains((int)answer.StatusCode, (int[])[403, 404]);
        Assert.Empty(host.PartFiles("forged"));
        Assert.Empty(host.PartFiles("other"));
    }

    [Fact]
    public async Task Put_WithALinkForReading_IsRefused()
    {
        host.Begin("purpose");
        using var answer = await host.PutAsync(host.ReadUrl("purpose", "video/mp4"), [1]);
        await AssertAnswerAsync(answer, 403, "link_invalid");
    }

    internal static async Task AssertAnswerAsync(HttpResponseMessage answer, int status, string? code)
    {
        Assert.Equal(status, (int)answer.StatusCode);
        if (code is null) return;
        Assert.Equal("application/problem+json", answer.Content.Headers.ContentType!.MediaType);
        using var problem = JsonDocument.Parse(await answer.Content.ReadAsStringAsync(Token));
        Assert.Equal(code, problem.RootElement.GetProperty("code").GetString());
    }

    /// <summary>
    /// Until the server has done what the socket says; the test's own time limit ends a wait in vain.
    /// </summary>
    private static async Task WaitUntilAsync(Func<bool> condition)
    {
        using var tick = new PeriodicTimer(TimeSpan.FromMilliseconds(5));
        while (!condition()) await tick.WaitForNextTickAsync(Token);
    }
}
