using System.Net;
using System.Text;
using Xunit;

namespace Ax2.Http;

public sealed class CrossSiteTests(ApiHost host) : IClassFixture<ApiHost>
{
    [Theory]
    [InlineData("Origin", "https://evil.example", true)]
    [InlineData("Origin", "http://captions.example", true)]
    [InlineData("Origin", "null", true)]
    [InlineData("Sec-Fetch-Site", "cross-site", true)]
    [InlineData("Sec-Fetch-Site", "same-site", true)]
    [InlineData("Origin", "https://captions.example", false)]
    [InlineData("Sec-Fetch-Site", "same-origin", false)]
    public async Task UnsafeMethod_UnderACookieFromAnotherSite_IsRefused(string header, string value, bool isRefused)
    {
        using var client = host.Client();
        using var request = new HttpRequestMessage(HttpMethod.Post, "/api/v1/sessions");
        request.Headers.Add("Cookie", "ax2_session=ax2s_x");
        request.Headers.Add(header, value);
        request.Content = new StringContent("{", Encoding.UTF8, "application/json");
        using var answer = await client.SendAsync(request, TestContext.Current.CancellationToken);
        Assert.Equal(isRefused ? HttpStatusCode.Forbidden : HttpStatusCode.BadRequest, answer.StatusCode);
    }
}
