using System.Text.Json.Nodes;
using Ax2.Admin;
using Xunit;

namespace Ax2.TestKit.Admin;

/// <summary>What every <see cref="IAuditLog"/> does. A test class derives from it and brings the log.</summary>
public abstract class AuditLogConformance
{
    private static readonly DateTimeOffset Start = new(2030, 1, 1, 9, 0, 0, TimeSpan.FromHours(9));
    private readonly string actor = Guid.CreateVersion7().ToString();

    protected abstract Task<IAuditLog> LogAsync();

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Append_ThenList_IsTheRecord()
    {
        var log = await LogAsync();
        var record = Record(0) with { Content = """{"reason":"\"환불\", as asked","credits":-3}""" };

        await log.AppendAsync(record, Cancelled);

        var entry = Assert.Single(await log.ListAsync(Query(), Cancelled));
        Assert.True(JsonNode.DeepEquals(JsonNode.Parse(record.Content), JsonNode.Parse(entry.Content)), entry.Content);
        Assert.Equal(
            record with { Content = "", At = record.At.ToUniversalTime() },
            new AuditRecord(
                entry.ActId, entry.Phase, entry.At.ToUniversalTime(), entry.Actor, entry.Action, entry.Target,
                entry.Address, ""));
    }

    [Fact]
    public async Task Append_SameActAndPhaseAgain_IsNoSecondRecord()
    {
        var log = await LogAsync();
        var intent = Record(0);

        await log.AppendAsync(intent, Cancelled);
        await log.AppendAsync(intent, Cancelled);
        await log.AppendAsync(intent with { Phase = AuditPhase.Outcome }, Cancelled);

        Assert.Equal(
            [AuditPhase.Outcome, AuditPhase.Intent], (await log.ListAsync(Query(), Cancelled)).Select(e => e.Phase));
    }

    [Fact]
    public async Task List_PageByPage_IsAllOfItNewestFirst()
    {
        var log = await LogAsync();
        foreach (var second in Enumerable.Range(0, 5))
        {
            await log.AppendAsync(Record(second), Cancelled);
        }

        var first = await log.ListAsync(Query(3), Cancelled);
        var rest = await log.ListAsync(Query(3) with { Before = first[^1].Number }, Cancelled);

        Assert.Equal([4, 3, 2, 1, 0], first.Concat(rest).Select(e => (int)(e.At - Start).TotalSeconds));
    }

    [Fact]
    public async Task List_WithFilters_IsWhatMatchesAllOfThem()
    {
        var log = await LogAsync();
        await log.AppendAsync(Record(0) with { Action = "other" }, Cancelled);
        await log.AppendAsync(Record(1) with { Target = "queue" }, Cancelled);
        await log.AppendAsync(Record(2), Cancelled);
        await log.AppendAsync(Record(3) with { Actor = Guid.CreateVersion7().ToString() }, Cancelled);

        Assert.Equal([2, 1], await Seconds(log, Query() with { Action = "credits_adjust" }));
        Assert.Equal([1], await Seconds(log, Query() with { Target = "queue" }));
        Assert.Equal([1], await Seconds(log, Query() with { From = Start.AddSeconds(1), Until = Start.AddSeconds(2) }));
        Assert.Empty(await Seconds(log, Query() with { Target = "queue", Action = "other" }));
    }

    private static async Task<IEnumerable<int>> Seconds(IAuditLog log, AuditQuery query) =>
        (await log.ListAsync(query, Cancelled)).Select(e => (int)(e.At - Start).TotalSeconds);

    private AuditQuery Query(int limit = 100) => new(limit, Actor: actor);

    private AuditRecord Record(int second) => new(
        Guid.CreateVersion7(), AuditPhase.Intent, Start.AddSeconds(second), actor, "credits_adjust", "workspace/1",
        "127.0.0.1", "{}");
}
