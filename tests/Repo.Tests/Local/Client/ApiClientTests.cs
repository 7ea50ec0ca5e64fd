using System.Net;
using Ax2.Local.Client;
using Xunit;

namespace Ax2.Repo.Tests.Local;

public sealed class ApiClientTests
{
    private static readonly Guid Id = Guid.Parse("018f0000-0000-7000-8000-000000000001");

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task AnyRequest_ServiceFailsForAMoment_IsRepeated()
    {
        var answers = new Queue<HttpResponseMessage>(
        [
            new(HttpStatusCode.ServiceUnavailable),
            new(HttpStatusCode.TooManyRequests),
            ScriptedService.Json("""{"totalCredits":3,"availableCredits":2,"shortfallCredits":1}"""),
        ]);
        using var service = new ScriptedService(_ => answers.Dequeue());
        using var client = service.Client();

        var quote = await service.FastForward(client.GetQuoteAsync(Id, "en", Cancel));

        Assert.Equal(new QuoteAnswer(3, 2, 1), quote);
        Assert.Equal(3, service.Asked.Count);
    }

    [Fact]
    public async Task AnyRequest_ServiceStaysAway_GivesUpAndSaysSo()
    {
        using var service = new ScriptedService(_ => throw new HttpRequestException("refused"));
        using var client = service.Client();

        var failure = await Assert.ThrowsAsync<ApiException>(
            () => service.FastForward(client.GetUploadAsync(Id, Cancel)));

        Assert.Equal("service_unreachable", failure.Code);
        Assert.Equal(6, service.Asked.Count);
    }

    [Fact]
    public async Task AnyRequest_Refused_IsAskedOnceAndTellsTheProblem()
    {
        using var service = new ScriptedService(_ => ScriptedService.Problem(
            HttpStatusCode.PaymentRequired, "credits_insufficient", "2 credits short"));
        using var client = service.Client();

        var failure = await Assert.ThrowsAsync<ApiException>(() => client.StartJobAsync(Id, "en", "key", Cancel));

        Assert.Equal((402, "credits_insufficient"), (failure.Status, failure.Code));
        Assert.Equal("credits_insufficient: 2 credits short", failure.Message);
        Assert.Single(service.Asked);
    }

    [Fact]
    public async Task AnyRequest_RefusedWithoutAProblem_StillHasACode()
    {
        using var service = new ScriptedService(_ =>
            new(HttpStatusCode.NotFound) { Content = new StringContent("<html>") });
        using var client = service.Client();

        var failure = await Assert.ThrowsAsync<ApiException>(() => client.GetUploadAsync(Id, Cancel));

        Assert.Equal((404, "http_404"), (failure.Status, failure.Code));
    }

    [Fact]
    public async Task StartJob_Always_SendsItsIdempotencyKey()
    {
        string? key = null;
        using var service = new ScriptedService(request =>
        {
            key = request.Headers.GetValues("Idempotency-Key").Single();
            return ScriptedService.Json(JobJson.Of("accepted"), HttpStatusCode.Accepted);
        });
        using var client = service.Client();

        var job = await client.StartJobAsync(Id, "en", "once", Cancel);

        Assert.Equal("once", key);
        Assert.Equal("accepted", job.Stage);
    }

    [Theory]
    [InlineData("/objects/a?sig=b", "PUT /objects/a?sig=b")]
    [InlineData("http://storage/objects/a?sig=b", "PUT /objects/a?sig=b")]
    public async Task PutPart_SignedAddress_IsSentAsGivenWithItsDigest(string url, string asked)
    {
        string? digest = null;
        using var service = new ScriptedService(request =>
        {
            digest = request.Content!.Headers.GetValues("Content-Digest").Single();
            return new HttpResponseMessage(HttpStatusCode.NoContent);
        });
        using var client = service.Client();

        await client.PutPartAsync(url, () => new ByteArrayContent([1]), [1, 2, 3], Cancel);

        Assert.Equal([asked], service.Asked);
        Assert.Equal("sha-256=:AQID:", digest);
    }

    [Fact]
    public async Task AnyRequest_AfterTheTokensLife_IsSentAgainWithANewToken()
    {
        using var service = Renewing(() => Tokens("a1", "r1"));
        using var client = service.Client();
        await client.SignInAsync("a@example.com", "password", Cancel);

        await service.FastForward(Task.WhenAll(
            client.GetQuoteAsync(Id, "en", Cancel), client.GetQuoteAsync(Id, "en", Cancel)));

        Assert.Single(service.Asked, asked => asked == "POST /api/v1/sessions/refresh");
    }

    [Fact]
    public async Task AnyRequest_RenewalFailsForAMoment_IsRepeatedAndNobodyIsSignedOut()
    {
        var renewals = new Queue<HttpResponseMessage>([new(HttpStatusCode.ServiceUnavailable), Tokens("a1", "r1")]);
        using var service = Renewing(renewals.Dequeue);
        using var client = service.Client();
        await client.SignInAsync("a@example.com", "password", Cancel);

        var quote = await service.FastForward(client.GetQuoteAsync(Id, "en", Cancel));

        Assert.Equal(3, quote.TotalCredits);
        Assert.Empty(renewals);
    }

    /// <summary>Later than the server's grace a repeat would end the session.</summary>
    [Fact]
    public async Task AnyRequest_RenewalIsNotAnswered_IsRepeatedWithinSeconds()
    {
        var renewals = new Queue<HttpResponseMessage?>([null, null, Tokens("a1", "r1")]);
        using var service = Renewing(renewals.Dequeue);
        using var client = service.Client();
        await client.SignInAsync("a@example.com", "password", Cancel);
        var since = service.Time.GetTimestamp();

        await service.FastForward(client.GetQuoteAsync(Id, "en", Cancel));

        Assert.True(service.Time.GetElapsedTime(since) < TimeSpan.FromMinutes(1));
        Assert.Empty(renewals);
    }

    [Fact]
    public async Task AnyRequest_SessionIsOver_TellsTheProblem()
    {
        using var service = new ScriptedService(request => request.RequestUri!.AbsolutePath == "/api/v1/sessions"
            ? Tokens("a0", "r0")
            : ScriptedService.Problem(HttpStatusCode.Unauthorized, "not_signed_in", "Sign in first."));
        using var client = service.Client();
        await client.SignInAsync("a@example.com", "password", Cancel);

        var failure = await Assert.ThrowsAsync<ApiException>(() => client.GetUploadAsync(Id, Cancel));

        Assert.Equal("not_signed_in", failure.Code);
        Assert.Equal(3, service.Asked.Count);
    }

    /// <summary>It quotes for nobody but who has the token a1, which only a renewal gives.</summary>
    private static ScriptedService Renewing(Func<HttpResponseMessage?> renew) =>
        new(request => request.RequestUri!.AbsolutePath switch
        {
            "/api/v1/sessions" => Tokens("a0", "r0"),
            "/api/v1/sessions/refresh" => renew(),
            _ => request.Headers.Authorization?.Parameter == "a1"
                ? ScriptedService.Json("""{"totalCredits":3,"availableCredits":2,"shortfallCredits":1}""")
                : ScriptedService.Problem(HttpStatusCode.Unauthorized, "not_signed_in", "Sign in first."),
        });

    private static HttpResponseMessage Tokens(string access, string refresh) =>
        ScriptedService.Json($$"""{"accessToken":"{{access}}","refreshToken":"{{refresh}}"}""");
}
