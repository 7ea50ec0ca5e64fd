using Ax2.Captions.Speech;
using Xunit;

namespace Ax2.Tests.Providers.Speech.Embedded;

public sealed class SpeechWorkersTests
{
    [Fact]
    public async Task Run_TwoLanes_TakeTurns()
    {
        using var workers = new SpeechWorkers(1);
        using var gate = new ManualResetEventSlim();
        var (longJob, shortJob) = (workers.OpenLane(), workers.OpenLane());
        var order = new List<string>();
        var held = Run(longJob, () => gate.Wait(TestContext.Current.CancellationToken));
        Task[] all =
        [
            held,
            Run(longJob, () => order.Add("long 1")), Run(longJob, () => order.Add("long 2")),
            Run(longJob, () => order.Add("long 3")), Run(shortJob, () => order.Add("short")),
        ];

        gate.Set();
        await Task.WhenAll(all);

        Assert.InRange(order.IndexOf("short"), 0, 1);
        Assert.Equal(["long 1", "long 2", "long 3"], order.Where(name => name != "short"));
    }

    [Fact]
    public async Task Run_ManyLanes_NeverMoreAtOnceThanThreads()
    {
        using var workers = new SpeechWorkers(2);
        using var bothIn = new Barrier(2);
        var (running, most) = (0, 0);
        var work = Enumerable.Range(0, 10).Select(_ => Run(workers.OpenLane(), () =>
        {
            InterlockedMax(ref most, Interlocked.Increment(ref running));
            bothIn.SignalAndWait(TestContext.Current.CancellationToken);
            Interlocked.Decrement(ref running);
        }));

        await Task.WhenAll(work);

        Assert.Equal(2, most);
    }

    [Fact]
    public async Task Run_WorkThatFails_FailsItsOwnTaskOnly()
    {
        using var workers = new SpeechWorkers(1);
        var lane = workers.OpenLane();

        var failing = lane.Run<int>(() => throw new InvalidDataException(), CancellationToken.None);
        var next = lane.Run(() => 7, CancellationToken.None);

        await Assert.ThrowsAsync<InvalidDataException>(() => failing);
        Assert.Equal(7, await next);
    }

    [Fact]
    public async Task Run_CancelledWhileWaiting_IsNotDone()
    {
        using var workers = new SpeechWorkers(1);
        using var gate = new ManualResetEventSlim();
        using var stop = new CancellationTokenSource();
        var lane = workers.OpenLane();
        var held = Run(lane, () => gate.Wait(TestContext.Current.CancellationToken));
        var done = false;
        var waiting = lane.Run(() => done = true, stop.Token);

        await stop.CancelAsync();
        gate.Set();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => waiting);
        await held;
        Assert.False(done);
    }

    [Fact]
    public async Task Dispose_WorkThatWaits_IsCancelled()
    {
        var workers = new SpeechWorkers(1);
        using var gate = new ManualResetEventSlim();
        using var begun = new ManualResetEventSlim();
        var lane = workers.OpenLane();
        var held = Run(lane, () =>
        {
            begun.Set();
            gate.Wait(TestContext.Current.CancellationToken);
        });
        begun.Wait(TestContext.Current.CancellationToken);
        var waiting = Run(lane, () => { });

        var disposing = Task.Factory.StartNew(
            workers.Dispose, CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => waiting);
        gate.Set();
        await Task.WhenAll(held, disposing);
        Assert.Throws<ObjectDisposedException>(() => { _ = Run(lane, () => { }); });
    }

    [Fact]
    public async Task Run_OnLinux_ComputesAtALowerPriority()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "Only Linux has priorities of threads.");
        using var workers = new SpeechWorkers(1);

        var computing = await workers.OpenLane().Run(NicenessOfThisThread, CancellationToken.None);

        Assert.Equal(NicenessOfThisThread() + LowPriority.Niceness, computing);
    }

    /// <summary>A thread inherits its priority from the one that makes the pool start it.</summary>
    [Fact]
    public async Task Run_ManyWaitForTheResults_NoneGoesOnAtTheLowerPriority()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "Only Linux has priorities of threads.");
        const int Waiters = 16;
        var expected = NicenessOfThisThread();
        ThreadPool.GetMinThreads(out var minThreads, out var minPorts);
        using var workers = new SpeechWorkers(1);
        using var gate = new ManualResetEventSlim();
        using var allRun = new Barrier(Waiters);
        try
        {
            // So many must run at once that the results make the pool start threads.
            ThreadPool.SetMinThreads(ThreadPool.ThreadCount + Waiters, minPorts);
            var held = Run(workers.OpenLane(), () => gate.Wait(TestContext.Current.CancellationToken));
            Task<int>[] waiters = [.. Enumerable.Range(0, Waiters).Select(async _ =>
            {
                // Not done before all wait: who need not wait would go on right here, and the others never begin.
                await workers.OpenLane().Run(() => true, CancellationToken.None);
                allRun.SignalAndWait(TestContext.Current.CancellationToken);
                return NicenessOfThisThread();
            })];

            gate.Set();
            await held;
            Assert.All(await Task.WhenAll(waiters), niceness => Assert.Equal(expected, niceness));
        }
        finally
        {
            ThreadPool.SetMinThreads(minThreads, minPorts);
        }
    }

    private static int NicenessOfThisThread()
    {
        const int Niceness = 16;
        var stat = File.ReadAllText("/proc/thread-self/stat");
        var fields = stat[(stat.LastIndexOf(')') + 1)..].Split(' ', StringSplitOptions.RemoveEmptyEntries);
        return int.Parse(fields[Niceness], System.Globalization.CultureInfo.InvariantCulture);
    }

    private static Task<bool> Run(SpeechWorkers.Lane lane, Action work) => lane.Run(
        () =>
        {
            work();
            return true;
        },
        CancellationToken.None);

    private static void InterlockedMax(ref int most, int value)
    {
        for (var seen = most; value > seen;)
        {
            seen = Interlocked.CompareExchange(ref most, value, seen);
        }
    }
}
