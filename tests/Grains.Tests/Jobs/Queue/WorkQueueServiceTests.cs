using System.Net;
using Microsoft.Extensions.Time.Testing;
using Orleans.Runtime;
using Xunit;

namespace Ax2.Jobs.Queue;

/// <summary>Users beside each other over time: work items that end, jobs that come.</summary>
public sealed class WorkQueueServiceTests
{
    private const int ServiceSeconds = 20;

    [Theory]
    [InlineData(1)]
    [InlineData(4)]
    [InlineData(16)]
    public void LightUser_BesideAThousandJobs_WaitsNoLongerThanOneServiceTime(int capacity)
    {
        var run = new Run(capacity);
        var heavy = Guid.CreateVersion7();
        for (var i = 0; i < 1000; i++)
        {
            run.Come(heavy);
        }

        run.Pass(33);
        for (var i = 0; i < 10; i++)
        {
            var waited = run.WaitOf(run.Come(Guid.CreateVersion7()));

            Assert.InRange(waited, 0, ServiceSeconds);
            run.Pass(7);
        }
    }

    [Fact]
    public void LightUser_EverySlotHasItsOwnHeavyUser_WaitsNoLongerThanOneServiceTime()
    {
        var run = new Run(capacity: 4);
        for (var i = 0; i < 400; i++)
        {
            run.Come(new Guid(i % 4, 1, 1, new byte[8]));
        }

        run.Pass(33);

        Assert.InRange(run.WaitOf(run.Come(Guid.CreateVersion7())), 0, ServiceSeconds);
    }

    [Fact]
    public void TwoPlans_OneSlot_TakeTurnsByTheirWeights()
    {
        var options = new QueueOptions { PlanWeights = { ["large"] = 3 } };
        var run = new Run(capacity: 1, options);
        var (large, standard) = (Guid.CreateVersion7(), Guid.CreateVersion7());
        for (var i = 0; i < 200; i++)
        {
            run.Come(standard);
            run.Come(large, "large");
        }

        run.Pass(80 * ServiceSeconds);

        Assert.InRange(run.BegunOf(large) / (double)run.BegunOf(standard), 2.7, 3.3);
    }

    [Fact]
    public void TwoUsers_OneWithManyJobs_ShareTheCapacityEvenly()
    {
        var run = new Run(capacity: 8);
        var (heavy, other) = (Guid.CreateVersion7(), Guid.CreateVersion7());
        for (var i = 0; i < 200; i++)
        {
            run.Come(heavy);
        }

        for (var i = 0; i < 30; i++)
        {
            run.Come(other);
        }

        run.Pass(ServiceSeconds + 1);

        Assert.Equal((4, 4), (run.RunningOf(heavy), run.RunningOf(other)));
    }

    /// <summary>One silo on which every work item takes the same time, reported each second.</summary>
    private sealed class Run(int capacity, QueueOptions? options = null)
    {
        private static readonly SiloAddress Silo = SiloAddress.New(new IPEndPoint(IPAddress.Loopback, 1), 1);
        private readonly FakeTimeProvider _time = new();
        private readonly List<(RunningWork Work, DateTimeOffset EndsAt)> _running = [];
        private readonly List<(SlotRequest Request, TaskCompletionSource Call)> _waiting = [];
        private readonly Dictionary<Guid, int> _begun = [];
        private WorkQueue? _queue;

        private WorkQueue Queue
        {
            get
            {
                if (_queue is null)
                {
                    _queue = new WorkQueue(options ?? new QueueOptions(), _time, _ => false);
                    Report();
                    _queue.Open();
                }

                return _queue;
            }
        }

        public Guid Come(Guid user, string plan = "standard")
        {
            var request = new SlotRequest(Guid.CreateVersion7(), user, plan, _time.GetUtcNow(), 1, 60_000);
            _waiting.Add((request, Queue.Ask(request)));
            Begin();
            return request.JobId;
        }

        public void Pass(int seconds)
        {
            for (var i = 0; i < seconds; i++)
            {
                _time.Advance(TimeSpan.FromSeconds(1));
                _running.RemoveAll(work => work.EndsAt <= _time.GetUtcNow());
                Report();
                Queue.Sweep();
                Begin();
            }
        }

        public int WaitOf(Guid jobId)
        {
            for (var seconds = 0; ; seconds++)
            {
                if (_waiting.TrueForAll(waiting => waiting.Request.JobId != jobId))
                {
                    return seconds;
                }

                Assert.True(seconds < 10_000, "The job starves.");
                Pass(1);
            }
        }

        public int RunningOf(Guid user) => _running.Count(running => running.Work.UserId == user);

        public int BegunOf(Guid user) => _begun.GetValueOrDefault(user);

        private void Report() => _queue!.Report(new SiloCapacity(
            Silo, "silo", capacity, 0, [.. _running.Select(running => running.Work)], false, null, []));

        private void Begin()
        {
            foreach (var (request, call) in _waiting.Where(waiting => waiting.Call.Task.IsCompleted).ToList())
            {
                var slot = Assert.Single(Queue.Answer(request.JobId, call).Slots);
                _begun[request.UserId] = BegunOf(request.UserId) + 1;
                _running.Add((
                    new RunningWork(slot.SlotId, request.UserId), _time.GetUtcNow().AddSeconds(ServiceSeconds)));
            }

            _waiting.RemoveAll(waiting => waiting.Call.Task.IsCompleted);
            Assert.True(_running.Count <= capacity);
        }
    }
}
