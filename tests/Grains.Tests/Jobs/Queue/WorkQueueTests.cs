using System.Net;
using Microsoft.Extensions.Time.Testing;
using Orleans.Runtime;
using Xunit;

namespace Ax2.Jobs.Queue;

/// <summary>Who is granted the free slots.</summary>
public sealed class WorkQueueTests : WorkQueueTest
{
    [Fact]
    public void Ask_CapacityIsFree_AnswersAtOnce()
    {
        Queue.Report(ReportOf(East, capacity: 1));
        var request = Request();

        var answer = Now(request);

        Assert.Equal(East, Assert.Single(answer.Slots).Silo);
    }

    [Fact]
    public void Report_SlotBecomesFree_CompletesTheWaitingCall()
    {
        var running = Work();
        Queue.Report(ReportOf(East, capacity: 1, running));
        var request = Request();
        var call = Queue.Ask(request);
        Assert.False(call.Task.IsCompleted);

        Queue.Report(ReportOf(East, capacity: 1));

        Assert.True(call.Task.IsCompleted);
        Assert.Single(Queue.Answer(request.JobId, call).Slots);
    }

    [Fact]
    public void Ask_NotOpenYet_IsGivenNothingUntilItOpens()
    {
        var queue = new WorkQueue(Limits, Time, Gone.Contains);
        queue.Report(ReportOf(East, capacity: 1));
        var call = queue.Ask(Request());
        Assert.False(call.Task.IsCompleted);

        queue.Open();

        Assert.True(call.Task.IsCompleted);
    }

    [Fact]
    public void Ask_GrantedAndNotYetSeen_CountsAsRunning()
    {
        Queue.Report(ReportOf(East, capacity: 2));
        Now(Request());
        Queue.Report(ReportOf(East, capacity: 2));

        Now(Request());
        var third = Queue.Ask(Request());

        Assert.False(third.Task.IsCompleted);
    }

    [Fact]
    public void Leave_BeforeTheAnswerIsTaken_FreesTheSlotAtOnce()
    {
        Queue.Report(ReportOf(East, capacity: 1));
        var gone = Request();
        Queue.Ask(gone);
        var call = Queue.Ask(Request());
        Assert.False(call.Task.IsCompleted);

        Queue.Leave(gone.JobId);

        Assert.True(call.Task.IsCompleted);
    }

    [Fact]
    public void Sweep_GrantIsNotTaken_IsGivenToAnotherAfterTenSeconds()
    {
        Queue.Report(ReportOf(East, capacity: 1));
        var lost = Assert.Single(Now(Request()).Slots);
        var request = Request();
        var call = Queue.Ask(request);

        Pass(9, () => Queue.Report(ReportOf(East, capacity: 1)));
        Assert.False(call.Task.IsCompleted);
        Pass(1, () => Queue.Report(ReportOf(East, capacity: 1)));

        var slot = Assert.Single(Queue.Answer(request.JobId, call).Slots);
        Assert.NotEqual(lost.SlotId, slot.SlotId);
    }

    [Fact]
    public void Sweep_GrantWasTaken_StaysItsOwnHoweverLong()
    {
        Queue.Report(ReportOf(East, capacity: 1));
        var slot = Assert.Single(Now(Request()).Slots);
        var running = new RunningWork(slot.SlotId, User);
        var call = Queue.Ask(Request());

        Pass(60, () => Queue.Report(ReportOf(East, capacity: 1, running)));

        Assert.False(call.Task.IsCompleted);
    }

    [Fact]
    public void Report_WorkWasOverBeforeItWasSeen_FreesTheSlotAtOnce()
    {
        Queue.Report(ReportOf(East, capacity: 1));
        var slot = Assert.Single(Now(Request()).Slots);
        var call = Queue.Ask(Request());

        Queue.Report(ReportOf(East, capacity: 1) with { Spent = [slot.SlotId] });

        Assert.True(call.Task.IsCompleted);
    }

    [Fact]
    public void Report_WorkRunsOnAnotherSiloThanGranted_IsCountedThere()
    {
        Queue.Report(ReportOf(East, capacity: 1));
        var slot = Assert.Single(Now(Request()).Slots);
        var call = Queue.Ask(Request());

        Queue.Report(ReportOf(West, capacity: 1, new RunningWork(slot.SlotId, User)));

        Assert.True(call.Task.IsCompleted);
    }

    [Fact]
    public void Ask_SiloSilentForFiveSeconds_GivesNothing()
    {
        Queue.Report(ReportOf(East, capacity: 1));
        Pass(5, () => { });

        var call = Queue.Ask(Request());

        Assert.False(call.Task.IsCompleted);
        Assert.Empty(Queue.View().Silos);
    }

    [Fact]
    public void Ask_ClusterSaysTheSiloIsDead_GivesNothingAtOnce()
    {
        Queue.Report(ReportOf(East, capacity: 1));
        Gone.Add(East);

        Assert.False(Queue.Ask(Request()).Task.IsCompleted);
    }

    [Fact]
    public void Ask_StoppingSilo_GivesNothing()
    {
        Queue.Report(ReportOf(East, capacity: 1) with { IsStopping = true });

        Assert.False(Queue.Ask(Request()).Task.IsCompleted);
        Assert.True(Assert.Single(Queue.View().Silos).IsDraining);
    }

    [Fact]
    public void Set_Draining_NotifiesTheSiloAndGrantsNothingThere()
    {
        Queue.Set(isPaused: false, ["east"]);

        Assert.True(Queue.Report(ReportOf(East, capacity: 1)));
        Assert.False(Queue.Report(ReportOf(West, capacity: 1)));

        Assert.Equal(West, Assert.Single(Now(Request(wanted: 2)).Slots).Silo);
    }

    [Fact]
    public void Set_Paused_NothingIsGrantedUntilItGoesOn()
    {
        Queue.Set(isPaused: true, []);
        Queue.Report(ReportOf(East, capacity: 1) with { RecognisedMsPerSecond = 1000 });
        var request = Request();
        var call = Queue.Ask(request);
        Assert.False(call.Task.IsCompleted);
        Assert.Equal((true, null), Seen(Queue.Answer(request.JobId, call)));

        call = Queue.Ask(request);
        Queue.Set(isPaused: false, []);

        Assert.True(call.Task.IsCompleted);

        static (bool, DateTimeOffset?) Seen(SlotAnswer answer) => (answer.IsPaused, answer.EstimatedStartAt);
    }

    [Fact]
    public void Ask_UserAtTheCap_WaitsForOneOfTheirOwn()
    {
        Limits.MaxRunningPerUser = 1;
        var running = new RunningWork(Guid.CreateVersion7(), User);
        Queue.Report(ReportOf(East, capacity: 3, running));

        var own = Queue.Ask(Request() with { UserId = User });
        Assert.Single(Now(Request()).Slots);
        Assert.False(own.Task.IsCompleted);
        Queue.Report(ReportOf(East, capacity: 3));

        Assert.True(own.Task.IsCompleted);
    }

    [Fact]
    public void View_Anything_SaysWhatRunsAndWhoWaits()
    {
        Queue.Report(ReportOf(West, capacity: 2, Work()));
        Queue.Report(ReportOf(East, capacity: 0));
        Now(Request());
        Queue.Ask(Request() with { UserId = User });
        Queue.Ask(Request() with { UserId = User });

        var view = Queue.View();

        Assert.Equal([new QueueSilo("east", 0, 0, false), new QueueSilo("west", 2, 2, false)], view.Silos);
        Assert.Equal((2, 1), (view.WaitingJobs, view.WaitingUsers));
    }
}
