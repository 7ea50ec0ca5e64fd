using System.Net;
using System.Text;
using Ax2.Local.Client;
using Xunit;

namespace Ax2.Repo.Tests.Local;

public sealed class JobWatcherTests
{
    private static readonly Guid Id = Guid.Parse("018f0000-0000-7000-8000-000000000001");

    [Fact]
    public async Task Watch_ConnectionBreaks_GoesOnAfterTheLastEvent()
    {
        List<string> lastIds = [];
        var streams = new Queue<HttpResponseMessage>(
        [
            Events(Event(3, "transcribing", 10), ": keep-alive\n\n", Event(4, "transcribing", 50)),
            new(HttpStatusCode.ServiceUnavailable),
            Events("event: other\ndata: " + JobJson.Of("failed") + "\n\n", Event(7, "storing", 100)),
            Events(Event(9, "done", 100), Event(10, "done", 100)),
        ]);
        using var service = new ScriptedService(request =>
        {
            lastIds.Add(request.Headers.TryGetValues("Last-Event-ID", out var ids) ? ids.Single() : "");
            return streams.Dequeue();
        });

        var seen = await service.FastForward(WatchAsync(service));

        Assert.Equal(["transcribing", "transcribing", "storing", "done"], seen.Select(job => job.Stage));
        Assert.Equal(["", "4", "4", "7"], lastIds);
    }

    [Fact]
    public async Task Watch_ServiceStaysAway_GivesUp()
    {
        using var service = new ScriptedService(_ => throw new HttpRequestException("refused"));

        var failure = await Assert.ThrowsAsync<ApiException>(() => service.FastForward(WatchAsync(service)));

        Assert.Equal("service_unreachable", failure.Code);
    }

    [Fact]
    public async Task Watch_JobIsNotOurs_EndsAtOnce()
    {
        using var service = new ScriptedService(_ =>
            ScriptedService.Problem(HttpStatusCode.NotFound, "job_unknown", "There is no such job."));

        var failure = await Assert.ThrowsAsync<ApiException>(() => service.FastForward(WatchAsync(service)));

        Assert.Equal("job_unknown", failure.Code);
        Assert.Single(service.Asked);
    }

    private static async Task<List<Job>> WatchAsync(ScriptedService service)
    {
        using var client = service.Client();
        List<Job> seen = [];
        var watcher = new JobWatcher(client, service.Time);
        await foreach (var job in watcher.WatchAsync(Id, TestContext.Current.CancellationToken))
            seen.Add(job);
        return seen;
    }

    private static string Event(long id, string stage, double percent) =>
        $"id: {id}\nevent: job\ndata: {JobJson.Of(stage, percent, id)}\n\n";

    private static HttpResponseMessage Events(params string[] events) => new(HttpStatusCode.OK)
    {
        Content = new StringContent(string.Concat(events), Encoding.UTF8, "text/event-stream"),
    };
}
