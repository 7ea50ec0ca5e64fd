using System.Net;
using System.Text;
using System.Text.RegularExpressions;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Xunit;

namespace Ax2.Http;

public sealed partial class SafeHeadersTests(StandaloneApi api) : IClassFixture<StandaloneApi>
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task EveryRoute_WhateverItAnswers_CarriesTheSafeHeaders()
    {
        using var client = api.Client();
        var routes = api.Services.GetServices<EndpointDataSource>()
            .SelectMany(source => source.Endpoints).OfType<RouteEndpoint>()
            .SelectMany(route => Methods(route).Select(method => (method, Path: PathOf(route))))
            .Distinct().ToList();
        Assert.InRange(routes.Count, 25, 500);
        foreach (var (method, path) in routes)
        {
            using var request = new HttpRequestMessage(new HttpMethod(method), path);
            using var answer = await client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, Token);
            AssertSafe(answer, $"{method} {path}");
        }
    }

    [Fact]
    public async Task EveryFileOfTheSite_IsServedWithTheSafeHeaders()
    {
        using var client = api.Client();
        var web = api.Services.GetRequiredService<IWebHostEnvironment>().WebRootPath;
        var files = Directory.GetFiles(web, "*", SearchOption.AllDirectories);
        Assert.NotEmpty(files);
        foreach (var path in files.Select(f => "/" + Path.GetRelativePath(web, f).Replace('\\', '/')).Append("/"))
        {
            using var answer = await client.GetAsync(path, Token);
            Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
            AssertSafe(answer, path);
        }
    }

    [Theory]
    [InlineData("GET", "/nothing/here", 404)]
    [InlineData("GET", "/api/v1/nothing", 404)]
    [InlineData("GET", "/api/v1/me", 401)]
    [InlineData("DELETE", "/api/v1/users", 405)]
    [InlineData("POST", "/api/v1/users", 400)]
    [InlineData("GET", "/health/ready", 503)]
    [InlineData("GET", "/objects/a?signature=0", 403)]
    public async Task Errors_OfEveryKind_CarryTheSafeHeaders(string method, string path, int status)
    {
        using var client = api.Client();
        using var request = new HttpRequestMessage(new HttpMethod(method), path);
        using var answer = await client.SendAsync(request, Token);
        Assert.Equal(status, (int)answer.StatusCode);
        AssertSafe(answer, path);
    }

    /// <summary>The framework clears the headers of an answer that an exception makes anew.</summary>
    [Theory]
    [InlineData("{\"email\":", 400, 400)]
    [InlineData("{\"email\":\"a@example.com\",\"password\":\"a long enough password\"}", 500, 503)]
    public async Task Errors_ThrownByARoute_CarryTheSafeHeaders(string body, int lowest, int highest)
    {
        using var client = api.Client();
        using var content = new StringContent(body, Encoding.UTF8, "application/json");
        using var answer = await client.PostAsync("/api/v1/sessions", content, Token);
        Assert.InRange((int)answer.StatusCode, lowest, highest);
        AssertSafe(answer, "/api/v1/sessions");
    }

    [Theory]
    [InlineData(null, 200)]
    [InlineData("bytes=2-4", 206)]
    [InlineData("bytes=99-", 416)]
    public async Task StoredObject_AskedForByLink_IsSandboxed(string? range, int status)
    {
        api.Store("videos/a");
        using var client = api.Client();
        using var request = new HttpRequestMessage(HttpMethod.Get, api.SignedRead("videos/a", ""));
        if (range is not null) request.Headers.TryAddWithoutValidation("Range", range);
        using var answer = await client.SendAsync(request, Token);
        Assert.Equal(status, (int)answer.StatusCode);
        AssertSafe(answer, "object");
        Assert.Equal("default-src 'none'; sandbox", Header(answer, "Content-Security-Policy"));
        Assert.Equal("no-referrer", Header(answer, "Referrer-Policy"));
    }

    [Fact]
    public async Task Docs_EveryScript_CarriesTheNonceOfThisAnswerOnly()
    {
        using var client = api.Client();
        var nonces = new HashSet<string>();
        for (var i = 0; i < 2; i++)
        {
            using var answer = await client.GetAsync("/docs/", Token);
            var nonce = Nonce().Match(Header(answer, "Content-Security-Policy")).Groups[1].Value;
            var html = await answer.Content.ReadAsStringAsync(Token);
            Assert.NotEmpty(ScriptTag().Matches(html));
            Assert.All(ScriptTag().Matches(html), tag => Assert.Contains(
                $"nonce=\"{nonce}\"", tag.Value, StringComparison.Ordinal));
            nonces.Add(nonce);
        }

        Assert.Equal(2, nonces.Count);
    }

    [Theory]
    [InlineData("https://captions.example", true)]
    [InlineData("http://captions.example", false)]
    [InlineData("https://localhost", false)]
    [InlineData("https://127.0.0.1", false)]
    public async Task Hsts_OnlyOverTlsAndOnlyForRealHosts_IsSent(string origin, bool sent)
    {
        using var client = api.Client(origin);
        using var answer = await client.GetAsync("/", Token);
        Assert.Equal(sent, answer.Headers.Contains("Strict-Transport-Security"));
    }

    private static void AssertSafe(HttpResponseMessage answer, string what)
    {
        Assert.Equal("nosniff", Header(answer, "X-Content-Type-Options"));
        Assert.Equal("DENY", Header(answer, "X-Frame-Options"));
        Assert.Contains(Header(answer, "Referrer-Policy"), (string[])["same-origin", "no-referrer"]);
        Assert.Contains("camera=()", Header(answer, "Permissions-Policy"), StringComparison.Ordinal);
        Assert.Equal("same-origin", Header(answer, "Cross-Origin-Opener-Policy"));
        Assert.Equal("same-origin", Header(answer, "Cross-Origin-Resource-Policy"));
        Assert.Equal("max-age=63072000; includeSubDomains", Header(answer, "Strict-Transport-Security"));
        Assert.False(answer.Headers.Contains("Server") || answer.Headers.Contains("X-Powered-By"), what);
        AssertCsp(Header(answer, "Content-Security-Policy"), what);
        if (what.Contains("/api/", StringComparison.Ordinal)) Assert.True(answer.Headers.CacheControl?.NoStore, what);
        AssertTyped(answer, what);
    }

    private static void AssertCsp(string csp, string what)
    {
        var rules = csp.Split(';', StringSplitOptions.TrimEntries).ToDictionary(r => r.Split(' ')[0]);
        Assert.Contains(rules["default-src"], (string[])["default-src 'none'", "default-src 'self'"]);
        Assert.DoesNotContain("unsafe", rules.GetValueOrDefault("script-src", ""), StringComparison.Ordinal);
        Assert.DoesNotContain("*", csp, StringComparison.Ordinal);
        Assert.True(csp.Contains("sandbox", StringComparison.Ordinal)
            || csp.Contains("frame-ancestors 'none'", StringComparison.Ordinal), what);
        if (!what.Contains("/docs", StringComparison.Ordinal))
            Assert.DoesNotContain("unsafe", csp, StringComparison.Ordinal);
    }

    /// <summary>nosniff only helps where a type is named.</summary>
    private static void AssertTyped(HttpResponseMessage answer, string what) => Assert.True(
        answer.Content.Headers.ContentLength is 0 or null || answer.Content.Headers.ContentType is not null, what);

    private static string Header(HttpResponseMessage answer, string name) =>
        answer.Headers.TryGetValues(name, out var values) ? Assert.Single(values) : $"no {name}";

    private static IEnumerable<string> Methods(RouteEndpoint route) =>
        route.Metadata.GetMetadata<HttpMethodMetadata>()?.HttpMethods is { Count: > 0 } methods ? methods : ["GET"];

    private static string PathOf(RouteEndpoint route) => "/" + string.Join('/', route.RoutePattern.PathSegments.Select(
        segment => string.Concat(segment.Parts.Select(part => part switch
        {
            Microsoft.AspNetCore.Routing.Patterns.RoutePatternLiteralPart literal => literal.Content,
            Microsoft.AspNetCore.Routing.Patterns.RoutePatternSeparatorPart separator => separator.Content,
            Microsoft.AspNetCore.Routing.Patterns.RoutePatternParameterPart { Name: "id" } => $"{Guid.Empty}",
            Microsoft.AspNetCore.Routing.Patterns.RoutePatternParameterPart { Name: "documentName" } => "v1",
            _ => "en",
        }))));

    [GeneratedRegex("'nonce-([A-Za-z0-9+/=_-]{16,})'")]
    private static partial Regex Nonce();

    [GeneratedRegex("<script[^>]*>")]
    private static partial Regex ScriptTag();
}
