using Ax2.Jobs.Chunks;
using static Ax2.Jobs.RecognitionEvent;

namespace Ax2.Jobs;

/// <summary>The part of <see cref="RecognitionFlow"/> that takes in what cutter and chunks answer. Pure.</summary>
internal static class RecognitionReports
{
    private static Refusal WorkFailed { get; } = new(JobRefusals.Internal, "The speech could not be recognised.");

    private static Refusal Unreachable { get; } =
        new(JobRefusals.Internal, "This part could not be worked on: it failed to begin each time it was tried.");

    public static void Apply(RecognitionTurn turn, ChunkReported reported)
    {
        var (index, report) = (reported.Index, reported.Report);
        if (Current(turn, index, reported.Call) is not { } item || IsLate(turn, index, report.State))
        {
            return;
        }

        switch (report.State)
        {
            case WorkState.Running:
                turn.Poll(index, item.Run(report.ProcessedMs), report.Revision);
                break;
            case WorkState.Done or WorkState.Failed:
                turn.Set(index, item.End());
                turn.Change(new JobChange.ChunkEnded(
                    index,
                    report.State == WorkState.Done ? ChunkOutcome.Done : ChunkOutcome.Failed,
                    report.State == WorkState.Done ? null : report.Refusal));
                break;
            case WorkState.Waiting:
                turn.Set(index, WorkItem.Rest(report.RetryAt ?? turn.Now + turn.Options.RetryDelay));
                CutLostAudio(turn, index, report.Refusal);
                break;
            default:
                turn.Set(index, item.NotAtWork(report.State, turn.Now, turn.Options));
                break;
        }
    }

    /// <summary>
    /// The chunk rests until its audio is cut again. While cutting goes on, the cutter may be past it, or cut it anew
    /// where it goes on after a fault: then it rests until that is over.
    /// </summary>
    private static void CutLostAudio(RecognitionTurn turn, int index, Refusal? reason)
    {
        if (reason?.Code != JobRefusals.AudioLost)
        {
            return;
        }

        turn.Set(index, turn.Find(index)! with { Phase = WorkPhase.AudioLost });
        if (!turn.Job.IsCutComplete)
        {
            return;
        }

        turn.Change(new JobChange.AudioLost(index));
        if (turn.Find(WorkItem.Cutter) is not { Phase: not WorkPhase.Ended })
        {
            turn.Set(WorkItem.Cutter, WorkItem.Rest(turn.Now));
        }
    }

    public static void Apply(RecognitionTurn turn, CutReported reported)
    {
        var report = reported.Report;
        if (Current(turn, WorkItem.Cutter, reported.Call) is not { } item
            || IsLate(turn, WorkItem.Cutter, report.State))
        {
            return;
        }

        turn.Change(new JobChange.AudioCut(
            report.Spans, report.State == WorkState.Done,
            report.State == WorkState.Failed ? report.Refusal ?? WorkFailed : null));
        switch (report.State)
        {
            case WorkState.Running:
                turn.Poll(WorkItem.Cutter, item.Run(0), report.Spans.Length);
                break;
            case WorkState.Done or WorkState.Failed:
                turn.Set(WorkItem.Cutter, item.End());
                break;
            case WorkState.Waiting when report.Refusal is { } outage:
                // The file did not fail the attempt.
                turn.Change(new JobChange.CutAttempted(-1));
                turn.Change(outage.Code == NoSpace.Code
                    ? new JobChange.SpaceAwaited(turn.Now)
                    : new JobChange.StageAttempted());
                turn.Set(WorkItem.Cutter, WorkItem.Rest(
                    turn.Now + JobLimits.PauseOf(turn.Job, turn.Options, turn.Now)));
                break;
            case WorkState.Waiting:
                var rest = turn.Options.BackOff(Math.Max(1, turn.Job.Attempts), turn.Options.MaxRetryDelay);
                turn.Set(WorkItem.Cutter, WorkItem.Rest(turn.Now + rest));
                break;
            default:
                // What was handed over, or not even begun, is no attempt that failed.
                turn.Change(new JobChange.CutAttempted(item.IsBegun ? -1 : 0));
                turn.Set(WorkItem.Cutter, item.NotAtWork(report.State, turn.Now, turn.Options));
                break;
        }
    }

    public static void Apply(RecognitionTurn turn, CallFailed failed)
    {
        var (index, limit) = (failed.Index, turn.Options.MaxStageAttempts);
        if (Current(turn, index, failed.Call) is not { } item)
        {
            return;
        }

        if (item.Slot is { } slot)
        {
            // Where the begin never arrived nobody took its slot; one that was taken stays so.
            turn.Commands.Add(new RecognitionCommand.LeaveQueue([slot.SlotId]));
        }

        // A begin that failed may have reached its target: after the end it counts as at work.
        if (IsLate(turn, index, WorkState.Running))
        {
            return;
        }

        var next = item.Fault(turn.Now, turn.Options);
        if (index != WorkItem.Cutter && limit > 0 && next.Faults >= limit)
        {
            turn.Change(new JobChange.ChunkEnded(index, ChunkOutcome.Failed, Unreachable));
            next = item.End();
        }

        turn.Set(index, next);
    }

    public static void Apply(RecognitionTurn turn, StopEnded ended)
    {
        if (turn.State.Stops.TryGetValue(ended.Index, out var call) && call == ended.Call)
        {
            turn.State = turn.State with { Stops = turn.State.Stops.Remove(ended.Index) };
        }

        if (ended.IsDone && turn.State.Mode == RecognitionMode.Stopping)
        {
            turn.Change(new JobChange.ChunkEnded(ended.Index, ChunkOutcome.Done, null));
        }
    }

    /// <summary>
    /// Whether the begin of an item is answered when nobody is interested any more. After a stop the item is stopped
    /// once more: the first stop may have come before the begin.
    /// </summary>
    private static bool IsLate(RecognitionTurn turn, int index, WorkState state)
    {
        if (turn.State.IsLive)
        {
            return false;
        }

        turn.State = turn.State with { Items = turn.State.Items.Remove(index) };
        if (turn.State.Mode != RecognitionMode.Idle && state is WorkState.Running or WorkState.Done)
        {
            // The stop also takes what is done.
            turn.Stop(index);
        }

        return true;
    }

    private static WorkItem? Current(RecognitionTurn turn, int index, long call) =>
        turn.Find(index) is { HasCall: true } item && item.Call == call ? item : null;
}
