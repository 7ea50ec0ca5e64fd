using System.Net;
using Microsoft.Extensions.Time.Testing;
using Orleans.Runtime;
using Xunit;

namespace Ax2.Jobs.Queue;

public sealed class WorkQueueTests
{
    private static readonly SiloAddress East = SiloAddress.New(new IPEndPoint(IPAddress.Loopback, 1), 1);
    private static readonly SiloAddress West = SiloAddress.New(new IPEndPoint(IPAddress.Loopback, 2), 1);

    private readonly FakeTimeProvider _time = new();
    private readonly HashSet<SiloAddress> _gone = [];
    private readonly QueueOptions _options = new();
    private readonly WorkQueue _queue;
    private readonly Guid _user = Guid.CreateVersion7();

    public WorkQueueTests()
    {
        _queue = new WorkQueue(_options, _time, _gone.Contains);
        _queue.Open();
    }

    [Fact]
    public void Ask_RoomIsThere_AnswersAtOnce()
    {
        _queue.Offer(Offer(East, capacity: 1));
        var request = Request();

        var answer = Now(request);

        Assert.Equal(East, Assert.Single(answer.Slots).Silo);
    }

    [Fact]
    public void Offer_PlaceBecomesFree_CompletesTheWaitingCall()
    {
        var running = Work();
        _queue.Offer(Offer(East, capacity: 1, running));
        var request = Request();
        var call = _queue.Ask(request);
        Assert.False(call.Task.IsCompleted);

        _queue.Offer(Offer(East, capacity: 1));

        Assert.True(call.Task.IsCompleted);
        Assert.Single(_queue.Answer(request.JobId, call).Slots);
    }

    [Fact]
    public void Ask_NotOpenYet_IsGivenNothingUntilItOpens()
    {
        var queue = new WorkQueue(_options, _time, _gone.Contains);
        queue.Offer(Offer(East, capacity: 1));
        var call = queue.Ask(Request());
        Assert.False(call.Task.IsCompleted);

        queue.Open();

        Assert.True(call.Task.IsCompleted);
    }

    [Fact]
    public void Ask_GrantedAndNotYetSeen_CountsAsRunning()
    {
        _queue.Offer(Offer(East, capacity: 2));
        Now(Request());
        _queue.Offer(Offer(East, capacity: 2));

        Now(Request());
        var third = _queue.Ask(Request());

        Assert.False(third.Task.IsCompleted);
    }

    [Fact]
    public void Sweep_GrantIsNotTaken_IsGivenToAnotherAfterTenSeconds()
    {
        _queue.Offer(Offer(East, capacity: 1));
        var lost = Assert.Single(Now(Request()).Slots);
        var request = Request();
        var call = _queue.Ask(request);

        Pass(9, () => _queue.Offer(Offer(East, capacity: 1)));
        Assert.False(call.Task.IsCompleted);
        Pass(1, () => _queue.Offer(Offer(East, capacity: 1)));

        var slot = Assert.Single(_queue.Answer(request.JobId, call).Slots);
        Assert.NotEqual(lost.SlotId, slot.SlotId);
    }

    [Fact]
    public void Sweep_GrantWasTaken_StaysItsOwnHoweverLong()
    {
        _queue.Offer(Offer(East, capacity: 1));
        var slot = Assert.Single(Now(Request()).Slots);
        var running = new RunningWork(slot.SlotId, _user);
        var call = _queue.Ask(Request());

        Pass(60, () => _queue.Offer(Offer(East, capacity: 1, running)));

        Assert.False(call.Task.IsCompleted);
    }

    [Fact]
    public void Offer_WorkWasOverBeforeItWasSeen_FreesThePlaceAtOnce()
    {
        _queue.Offer(Offer(East, capacity: 1));
        var slot = Assert.Single(Now(Request()).Slots);
        var call = _queue.Ask(Request());

        _queue.Offer(Offer(East, capacity: 1) with { Spent = [slot.SlotId] });

        Assert.True(call.Task.IsCompleted);
    }

    [Fact]
    public void Offer_WorkRunsOnAnotherSiloThanGranted_IsCountedThere()
    {
        _queue.Offer(Offer(East, capacity: 1));
        var slot = Assert.Single(Now(Request()).Slots);
        var call = _queue.Ask(Request());

        _queue.Offer(Offer(West, capacity: 1, new RunningWork(slot.SlotId, _user)));

        Assert.True(call.Task.IsCompleted);
    }

    [Fact]
    public void Ask_SiloSilentForFiveSeconds_GivesNothing()
    {
        _queue.Offer(Offer(East, capacity: 1));
        Pass(5, () => { });

        var call = _queue.Ask(Request());

        Assert.False(call.Task.IsCompleted);
        Assert.Empty(_queue.View().Silos);
    }

    [Fact]
    public void Ask_ClusterSaysTheSiloIsDead_GivesNothingAtOnce()
    {
        _queue.Offer(Offer(East, capacity: 1));
        _gone.Add(East);

        Assert.False(_queue.Ask(Request()).Task.IsCompleted);
    }

    [Fact]
    public void Ask_StoppingSilo_GivesNothing()
    {
        _queue.Offer(Offer(East, capacity: 1) with { IsStopping = true });

        Assert.False(_queue.Ask(Request()).Task.IsCompleted);
        Assert.True(Assert.Single(_queue.View().Silos).IsDraining);
    }

    [Fact]
    public void Set_Draining_TellsTheSiloAndGivesItsPlacesToNobody()
    {
        _queue.Set(isPaused: false, ["east"]);

        Assert.True(_queue.Offer(Offer(East, capacity: 1)));
        Assert.False(_queue.Offer(Offer(West, capacity: 1)));

        Assert.Equal(West, Assert.Single(Now(Request(wanted: 2)).Slots).Silo);
    }

    [Fact]
    public void Set_Paused_NothingIsGrantedUntilItGoesOn()
    {
        _queue.Set(isPaused: true, []);
        _queue.Offer(Offer(East, capacity: 1) with { RecognisedMsPerSecond = 1000 });
        var request = Request();
        var call = _queue.Ask(request);
        Assert.False(call.Task.IsCompleted);
        Assert.Equal((true, null), Told(_queue.Answer(request.JobId, call)));

        call = _queue.Ask(request);
        _queue.Set(isPaused: false, []);

        Assert.True(call.Task.IsCompleted);

        static (bool, DateTimeOffset?) Told(SlotAnswer answer) => (answer.IsPaused, answer.EstimatedStartAt);
    }

    [Fact]
    public void Answer_ManyWait_TellsThePlaceAndTheStart()
    {
        _queue.Offer(Offer(East, capacity: 1, Work()) with { RecognisedMsPerSecond = 10_000 });
        _queue.Offer(Offer(West, capacity: 1, Work()));
        var requests = Enumerable.Range(0, 3).Select(i => Request() with
        {
            WaitingSince = _time.GetUtcNow().AddMinutes(i),
            RemainingMs = 600_000,
        }).ToList();

        var calls = requests.Select(_queue.Ask).ToList();
        var answers = requests.Zip(calls, (request, call) => _queue.Answer(request.JobId, call)).ToList();

        Assert.Equal([0, 1, 2], answers.Select(answer => answer.Position));
        // Two silos at 10 s of audio a second each, the second one taken for an average one.
        Assert.Equal(
            [0, 30, 60], answers.Select(answer => (answer.EstimatedStartAt!.Value - _time.GetUtcNow()).TotalSeconds));
    }

    [Fact]
    public void Answer_NoSpeedKnown_EstimatesNothing()
    {
        _queue.Offer(Offer(East, capacity: 1, Work()));
        var request = Request();

        Assert.Null(_queue.Answer(request.JobId, _queue.Ask(request)).EstimatedStartAt);
    }

    [Fact]
    public void Answer_CallTimedOut_PlaceThatFreesBetweenTwoCallsIsKept()
    {
        var first = Request();
        _queue.Answer(first.JobId, _queue.Ask(first));
        var second = _queue.Ask(Request() with { WaitingSince = _time.GetUtcNow().AddMinutes(1) });

        _queue.Offer(Offer(East, capacity: 1));

        Assert.False(second.Task.IsCompleted);
        Assert.Single(Now(first).Slots);
    }

    [Fact]
    public void BreakOff_CallerIsGone_PlaceGoesToTheNext()
    {
        var first = Request();
        _queue.BreakOff(first.JobId, _queue.Ask(first));
        var second = _queue.Ask(Request() with { WaitingSince = _time.GetUtcNow().AddMinutes(1) });

        _queue.Offer(Offer(East, capacity: 1));

        Assert.True(second.Task.IsCompleted);
    }

    [Fact]
    public void Ask_AgainWhileItWaits_TheLatestCallIsAnsweredAndTheEarlierGetsNothing()
    {
        var request = Request();
        var earlier = _queue.Ask(request);
        var later = _queue.Ask(request);
        Assert.True(earlier.Task.IsCompleted);
        Assert.False(later.Task.IsCompleted);

        _queue.Offer(Offer(East, capacity: 1));

        Assert.Empty(_queue.Answer(request.JobId, earlier).Slots);
        Assert.Single(_queue.Answer(request.JobId, later).Slots);
    }

    [Fact]
    public void Sweep_JobDoesNotAskAgain_HasLeftAfterTenSeconds()
    {
        var gone = Request();
        _queue.Answer(gone.JobId, _queue.Ask(gone));
        _queue.Ask(Request());

        Pass(9, () => { });
        Assert.Equal(2, _queue.View().WaitingJobs);
        Pass(1, () => { });

        Assert.Equal(1, _queue.View().WaitingJobs);
    }

    [Fact]
    public void Leave_WaitingJob_EndsItsCallAndFreesItsPlaceInLine()
    {
        var request = Request();
        var call = _queue.Ask(request);

        _queue.Leave(request.JobId);
        _queue.Leave(request.JobId);

        Assert.True(call.Task.IsCompleted);
        Assert.Empty(_queue.Answer(request.JobId, call).Slots);
        Assert.Equal(0, _queue.View().WaitingJobs);
    }

    [Fact]
    public void Ask_UserAtTheCap_WaitsForOneOfTheirOwn()
    {
        _options.MaxRunningPerUser = 1;
        var running = new RunningWork(Guid.CreateVersion7(), _user);
        _queue.Offer(Offer(East, capacity: 3, running));

        var own = _queue.Ask(Request() with { UserId = _user });
        Assert.Single(Now(Request()).Slots);
        Assert.False(own.Task.IsCompleted);
        _queue.Offer(Offer(East, capacity: 3));

        Assert.True(own.Task.IsCompleted);
    }

    [Fact]
    public void View_TellsWhatRunsAndWhoWaits()
    {
        _queue.Offer(Offer(West, capacity: 2, Work()));
        _queue.Offer(Offer(East, capacity: 0));
        Now(Request());
        _queue.Ask(Request() with { UserId = _user });
        _queue.Ask(Request() with { UserId = _user });

        var view = _queue.View();

        Assert.Equal([new QueueSilo("east", 0, 0, false), new QueueSilo("west", 2, 2, false)], view.Silos);
        Assert.Equal((2, 1), (view.WaitingJobs, view.WaitingUsers));
    }

    private static SlotRequest Request(int wanted = 1) => new(
        Guid.CreateVersion7(), Guid.CreateVersion7(), "standard", DateTimeOffset.UnixEpoch.AddYears(30), wanted, 60_000);

    private static RunningWork Work() => new(Guid.CreateVersion7(), Guid.CreateVersion7());

    private static SiloOffer Offer(SiloAddress silo, int capacity, params RunningWork[] running) =>
        new(silo, silo.Equals(East) ? "east" : "west", capacity, [.. running], false, null, []);

    /// <summary>Asks, and expects to be given something at once.</summary>
    private SlotAnswer Now(SlotRequest request)
    {
        var call = _queue.Ask(request);
        Assert.True(call.Task.IsCompleted);
        return _queue.Answer(request.JobId, call);
    }

    private void Pass(int seconds, Action everySecond)
    {
        for (var i = 0; i < seconds; i++)
        {
            _time.Advance(TimeSpan.FromSeconds(1));
            everySecond();
            _queue.Sweep();
        }
    }
}
