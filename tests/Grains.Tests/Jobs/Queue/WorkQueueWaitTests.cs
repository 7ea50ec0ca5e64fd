using System.Net;
using Microsoft.Extensions.Time.Testing;
using Orleans.Runtime;
using Xunit;

namespace Ax2.Jobs.Queue;

/// <summary>Who waits, where, and for how long.</summary>
public sealed class WorkQueueWaitTests : WorkQueueTest
{
    [Fact]
    public void Answer_ManyWait_SaysThePositionAndTheStart()
    {
        Queue.Report(ReportOf(East, capacity: 1, Work()) with { RecognisedMsPerSecond = 10_000 });
        Queue.Report(ReportOf(West, capacity: 1, Work()));
        var requests = Enumerable.Range(0, 3).Select(i => Request() with
        {
            WaitingSince = Time.GetUtcNow().AddMinutes(i),
            RemainingMs = 600_000,
        }).ToList();

        var calls = requests.Select(Queue.Ask).ToList();
        var answers = requests.Zip(calls, (request, call) => Queue.Answer(request.JobId, call)).ToList();

        Assert.Equal([0, 1, 2], answers.Select(answer => answer.Position));
        // Two silos at 10 s of audio a second each, the second one taken for an average one.
        Assert.Equal(
            [0, 30, 60], answers.Select(answer => (answer.EstimatedStartAt!.Value - Time.GetUtcNow()).TotalSeconds));
    }

    [Fact]
    public void Answer_NoSpeedKnown_EstimatesNothing()
    {
        Queue.Report(ReportOf(East, capacity: 1, Work()));
        var request = Request();

        Assert.Null(Queue.Answer(request.JobId, Queue.Ask(request)).EstimatedStartAt);
    }

    [Fact]
    public void Answer_CallTimedOut_SlotThatFreesBetweenTwoCallsIsKept()
    {
        var first = Request();
        Queue.Answer(first.JobId, Queue.Ask(first));
        var second = Queue.Ask(Request() with { WaitingSince = Time.GetUtcNow().AddMinutes(1) });

        Queue.Report(ReportOf(East, capacity: 1));

        Assert.False(second.Task.IsCompleted);
        Assert.Single(Now(first).Slots);
    }

    [Fact]
    public void BreakOff_CallerIsGone_SlotGoesToTheNext()
    {
        var first = Request();
        Queue.BreakOff(first.JobId, Queue.Ask(first));
        var second = Queue.Ask(Request() with { WaitingSince = Time.GetUtcNow().AddMinutes(1) });

        Queue.Report(ReportOf(East, capacity: 1));

        Assert.True(second.Task.IsCompleted);
    }

    [Fact]
    public void Ask_AgainWhileItWaits_TheLatestCallIsAnsweredAndTheEarlierGetsNothing()
    {
        var request = Request();
        var earlier = Queue.Ask(request);
        var later = Queue.Ask(request);
        Assert.True(earlier.Task.IsCompleted);
        Assert.False(later.Task.IsCompleted);

        Queue.Report(ReportOf(East, capacity: 1));

        Assert.Empty(Queue.Answer(request.JobId, earlier).Slots);
        Assert.Single(Queue.Answer(request.JobId, later).Slots);
    }

    [Fact]
    public void Ask_WantsLessThanIsReady_RestGoesToTheNextAtOnce()
    {
        var first = Request(wanted: 2);
        Queue.Answer(first.JobId, Queue.Ask(first));
        var next = Queue.Ask(
            Request() with { UserId = first.UserId, WaitingSince = first.WaitingSince.AddMinutes(1) });
        Queue.Report(ReportOf(East, capacity: 2));
        Assert.False(next.Task.IsCompleted);

        Queue.Ask(first with { Wanted = 1 });

        Assert.True(next.Task.IsCompleted);
    }

    [Fact]
    public void Sweep_JobDoesNotAskAgain_HasLeftAfterTenSeconds()
    {
        var gone = Request();
        Queue.Answer(gone.JobId, Queue.Ask(gone));
        Queue.Ask(Request());

        Pass(9, () => { });
        Assert.Equal(2, Queue.View().WaitingJobs);
        Pass(1, () => { });

        Assert.Equal(1, Queue.View().WaitingJobs);
    }

    [Fact]
    public void Leave_WaitingJob_EndsItsCallAndItsWait()
    {
        var request = Request();
        var call = Queue.Ask(request);

        Queue.Leave(request.JobId);
        Queue.Leave(request.JobId);

        Assert.True(call.Task.IsCompleted);
        Assert.Empty(Queue.Answer(request.JobId, call).Slots);
        Assert.Equal(0, Queue.View().WaitingJobs);
    }

    [Fact]
    public void Leave_WithSlotsThatWereNotBegun_GivesThemToTheNextAtOnce()
    {
        Queue.Report(ReportOf(East, capacity: 1));
        var request = Request();
        var slot = Assert.Single(Now(request).Slots);
        var next = Queue.Ask(Request());
        Assert.False(next.Task.IsCompleted);

        Queue.Leave(request.JobId, slot.SlotId);

        Assert.True(next.Task.IsCompleted);
    }
}
