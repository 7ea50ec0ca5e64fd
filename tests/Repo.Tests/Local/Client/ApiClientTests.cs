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
}
