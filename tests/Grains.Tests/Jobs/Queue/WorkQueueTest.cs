using System.Net;
using Microsoft.Extensions.Time.Testing;
using Orleans.Runtime;
using Xunit;

namespace Ax2.Jobs.Queue;

/// <summary>A queue to which two silos report, and a clock that is moved by hand.</summary>
public abstract class WorkQueueTest
{
    protected static readonly SiloAddress East = SiloAddress.New(new IPEndPoint(IPAddress.Loopback, 1), 1);
    protected static readonly SiloAddress West = SiloAddress.New(new IPEndPoint(IPAddress.Loopback, 2), 1);

    protected FakeTimeProvider Time { get; } = new();
    protected HashSet<SiloAddress> Gone { get; } = [];
    protected QueueOptions Limits { get; } = new();
    private protected WorkQueue Queue { get; }
    protected Guid User { get; } = Guid.CreateVersion7();

    protected WorkQueueTest()
    {
        Queue = new WorkQueue(Limits, Time, Gone.Contains);
        Queue.Open();
    }

    protected static SlotRequest Request(int wanted = 1) => new(
        Guid.CreateVersion7(), Guid.CreateVersion7(), "standard", DateTimeOffset.UnixEpoch.AddYears(30), wanted,
        60_000);

    protected static RunningWork Work() => new(Guid.CreateVersion7(), Guid.CreateVersion7());

    protected static SiloCapacity ReportOf(SiloAddress silo, int capacity, params RunningWork[] running) =>
        new(silo, silo.Equals(East) ? "east" : "west", capacity, 0, [.. running], false, null, []);

    /// <summary>Asks, and expects to be given something at once.</summary>
    protected SlotAnswer Now(SlotRequest request)
    {
        var call = Queue.Ask(request);
        Assert.True(call.Task.IsCompleted);
        return Queue.Answer(request.JobId, call);
    }

    protected void Pass(int seconds, Action everySecond)
    {
        for (var i = 0; i < seconds; i++)
        {
            Time.Advance(TimeSpan.FromSeconds(1));
            everySecond();
            Queue.Sweep();
        }
    }
}
