using System.Collections.Immutable;
using Ax2.Jobs.Chunks;
using static Ax2.Jobs.RecognitionEvent;

namespace Ax2.Jobs;

/// <summary>
/// The one place that decides how a job's recognition goes on. Pure: (state, events) → (state, commands). Every call
/// has a number, and only the answer to the latest call for something counts; what an older one granted is used or
/// given back all the same. A begin is never abandoned: until it is answered, its item is neither begun nor joined.
/// </summary>
internal static class RecognitionFlow
{
    private static readonly TimeSpan AskRetryDelay = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan StopTimeout = TimeSpan.FromSeconds(2);

    /// <param name="events">Those that arrived together: what follows from them is stored with one write.</param>
    public static (RecognitionState State, ImmutableArray<RecognitionCommand> Commands) Step(
        RecognitionState state, IEnumerable<RecognitionEvent> events, JobOptions options, DateTimeOffset now)
    {
        var turn = new RecognitionTurn(state, options, now);
        foreach (var happened in events)
        {
            Apply(turn, happened);
        }

        RecognitionDecision.Decide(turn);
        return (turn.State, [.. turn.Commands]);
    }

    private static Refusal WorkFailed { get; } = new(JobRefusals.Internal, "The speech could not be recognised.");

    private static Refusal Unreachable { get; } =
        new(JobRefusals.Internal, "This part could not be worked on: it failed to begin each time it was tried.");

    private static void Apply(RecognitionTurn turn, RecognitionEvent happened)
    {
        switch (happened)
        {
            case WaitRequested wait: Start(turn, RecognitionMode.Waiting, wait.Job); break;
            case RunRequested run: Start(turn, RecognitionMode.Running, run.Job); break;
            case StopRequested stop: StartStopping(turn, stop); break;
            case Halted halted: Abandon(turn, halted.Reason); break;
            case Saved saved: ApplySaved(turn, saved.Job); break;
            case SaveFailed failed: ApplySaveFailed(turn, failed.Fault); break;
            case SlotsAnswered answered: ApplySlots(turn, answered); break;
            case AskFailed failed: ApplyAskFailed(turn, failed.Call); break;
            case ChunkReported reported: ApplyReport(turn, reported); break;
            case CutReported reported: ApplyReport(turn, reported); break;
            case CallFailed failed: ApplyCallFailed(turn, failed); break;
            case StopEnded ended: ApplyStopEnded(turn, ended); break;
            case Woke: break;
            default: throw new InvalidOperationException($"{happened.GetType().Name} is no known event.");
        }
    }

    /// <summary>A new activation joins what it finds at work, and takes what is done.</summary>
    private static void Start(RecognitionTurn turn, RecognitionMode mode, CaptionJobState job)
    {
        // No chunk was begun before a run that comes from waiting: there is none to join.
        var isFresh = turn.State.Mode == RecognitionMode.Ready;
        turn.State = turn.State with { Mode = mode, Job = job };
        if (!turn.Job.IsCutComplete && (turn.Job.Attempts > 0 || turn.Job.Chunks.Length > 0))
        {
            Join(turn, WorkItem.Cutter);
        }

        foreach (var index in mode == RecognitionMode.Running && !isFresh ? turn.OpenChunks : [])
        {
            Join(turn, index);
        }
    }

    private static void Join(RecognitionTurn turn, int index)
    {
        if (turn.Find(index) is null)
        {
            turn.Poll(index, new WorkItem(), -1);
        }
    }

    private static void StartStopping(RecognitionTurn turn, StopRequested stop)
    {
        turn.Halt(RecognitionMode.Stopping);
        turn.State = turn.State with { Job = stop.Job, StopDueAt = turn.Now + StopTimeout };
        foreach (var chunk in turn.Job.Chunks.Where(c => stop.HasChunks && c.Outcome == ChunkOutcome.Pending))
        {
            turn.Stop(chunk.Index);
        }

        if (!turn.Job.IsCutComplete)
        {
            turn.Stop(WorkItem.Cutter);
        }
    }

    private static void ApplySaved(RecognitionTurn turn, CaptionJobState job)
    {
        var wasCounted = turn.State.Saving.Any(change => change is JobChange.CutAttempted { By: > 0 });
        turn.State = turn.State with { Job = job, Saving = [] };
        if (wasCounted
            && turn.Find(WorkItem.Cutter) is { Phase: WorkPhase.Counting, Slot: { } slot } cutter)
        {
            turn.Begin(WorkItem.Cutter, cutter, slot);
        }
    }

    /// <summary>Who runs it next joins the work items, which report again what could not be stored.</summary>
    private static void ApplySaveFailed(RecognitionTurn turn, Exception fault)
    {
        Abandon(turn, fault);
        turn.State = turn.State with { Saving = [], Unsaved = [] };
    }

    /// <summary>What is at work goes on, unless it was being stopped.</summary>
    private static void Abandon(RecognitionTurn turn, Exception reason)
    {
        var mode = turn.State.Mode;
        if (turn.State.IsLive || mode == RecognitionMode.Stopping)
        {
            turn.Halt(mode == RecognitionMode.Stopping ? RecognitionMode.Stopped : RecognitionMode.Idle);
        }

        if (mode is RecognitionMode.Waiting or RecognitionMode.Running or RecognitionMode.Stopping)
        {
            turn.Commands.Add(new RecognitionCommand.End(reason));
        }
    }

    private static void ApplySlots(RecognitionTurn turn, SlotsAnswered answered)
    {
        var answer = answered.Answer;
        turn.State = turn.State with { Slots = turn.State.Slots.AddRange(answer.Slots) };
        if (turn.State.Ask?.Call == answered.Call)
        {
            turn.State = turn.State with { Ask = null };
            if (answer.Slots.IsEmpty)
            {
                turn.State = turn.State with
                {
                    Place = new QueuePlace(answer.Position, answer.EstimatedStartAt, answer.IsPaused),
                };
            }
        }
    }

    private static void ApplyAskFailed(RecognitionTurn turn, long call)
    {
        if (turn.State.Ask?.Call == call)
        {
            turn.State = turn.State with { Ask = null, AskNotBefore = turn.Now + AskRetryDelay };
        }
    }

    private static void ApplyReport(RecognitionTurn turn, ChunkReported reported)
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
                break;
            default:
                turn.Set(index, item.NotAtWork(report.State, turn.Now, turn.Options));
                break;
        }
    }

    private static void ApplyReport(RecognitionTurn turn, CutReported reported)
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

    private static void ApplyCallFailed(RecognitionTurn turn, CallFailed failed)
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

    private static void ApplyStopEnded(RecognitionTurn turn, StopEnded ended)
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
