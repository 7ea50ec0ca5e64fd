using Microsoft.AspNetCore.WebUtilities;
using Xunit;

namespace Ax2.Users;

/// <summary>A browser's way to a provider and back, hop by hop.</summary>
internal sealed class ProviderTrip(ApiHost host) : IDisposable
{
    private readonly HttpClient _provider = new(new HttpClientHandler { AllowAutoRedirect = false, UseProxy = false });

    public HttpClient Api { get; } = host.NewClient();

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public void Dispose()
    {
        Api.Dispose();
        _provider.Dispose();
    }

    /// <summary>The address with another value, or none, for a parameter.</summary>
    public static Uri With(Uri address, string parameter, string? value)
    {
        var query = QueryHelpers.ParseQuery(address.Query).ToDictionary(p => p.Key, p => (string?)p.Value.ToString());
        query.Remove(parameter);
        if (value is not null)
        {
            query[parameter] = value;
        }

        return new Uri(QueryHelpers.AddQueryString(address.GetLeftPart(UriPartial.Path), query));
    }

    public async Task<Hop> SignIn(string provider = "test")
    {
        var start = await Begin(provider);
        return await Return(await AtProvider(start.Url), start.Jar);
    }

    public async Task<Hop> Link(TestUser user)
    {
        var start = await BeginLink(user);
        return await Return(await AtProvider(start.Url), start.Jar);
    }

    public async Task<(Uri Url, string Jar)> Begin(string provider = "test")
    {
        using var answer = await Api.GetAsync(new Uri($"/api/v1/sign-in/{provider}", UriKind.Relative), Cancel);
        Assert.Equal(302, (int)answer.StatusCode);
        return (answer.Headers.Location!, Jar(answer));
    }

    public static async Task<(Uri Url, string Jar)> BeginLink(TestUser user)
    {
        using var answer = await user.Send(HttpMethod.Post, "/me/providers/test");
        var url = (await TestUser.Json(answer)).GetProperty("url").GetString()!;
        return (new Uri(url), Jar(answer));
    }

    public async Task<Uri> AtProvider(Uri url)
    {
        using var answer = await _provider.GetAsync(url, Cancel);
        Assert.Equal(302, (int)answer.StatusCode);
        return answer.Headers.Location!;
    }

    public async Task<Hop> Return(Uri address, string jar)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, address.PathAndQuery);
        if (jar.Length > 0)
        {
            request.Headers.Add("Cookie", jar);
        }

        using var answer = await Api.SendAsync(request, Cancel);
        Assert.Equal(302, (int)answer.StatusCode);
        return new Hop(answer.Headers.Location!.OriginalString, Jar(answer));
    }

    public async Task<string?> EmailOf(string jar)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, "/api/v1/me");
        request.Headers.Add("Cookie", jar);
        using var answer = await Api.SendAsync(request, Cancel);
        return (await TestUser.Json(answer)).GetProperty("email").GetString();
    }

    private static string Jar(HttpResponseMessage answer) => answer.Headers.TryGetValues("Set-Cookie", out var cookies)
        ? string.Join("; ", cookies.Select(cookie => cookie.Split(';')[0]).Where(c => !c.EndsWith('=')))
        : "";
}

/// <param name="Location">Where the API sent the browser.</param>
/// <param name="Jar">The cookies that it set.</param>
internal sealed record Hop(string Location, string Jar);
