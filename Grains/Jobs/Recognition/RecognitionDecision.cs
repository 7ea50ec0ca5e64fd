using static Ax2.Jobs.RecognitionCommand;

namespace Ax2.Jobs;

/// <summary>The second half of each step of <see cref="RecognitionFlow"/>: what to do now. Pure.</summary>
internal static class RecognitionDecision
{
    /// <summary>The queue answers after 5 s at the latest.</summary>
    private static readonly TimeSpan AskTimeout = TimeSpan.FromSeconds(10);

    public static void Decide(RecognitionTurn turn)
    {
        EndWhenOver(turn);
        if (turn.State.Mode is RecognitionMode.Waiting or RecognitionMode.Running)
        {
            UseSlots(turn);
        }
        else if (turn.State.Mode != RecognitionMode.Ready && !turn.State.Slots.IsEmpty)
        {
            turn.LeaveQueue();
        }

        Save(turn);
        turn.State = turn.State with { WakeAt = NextWake(turn.State, turn.Now) };
    }

    private static void EndWhenOver(RecognitionTurn turn)
    {
        var (state, job) = (turn.State, turn.Job);
        var isSettled = state.IsSaved && (job.IsRecognised || job.CutRefusal is not null);
        switch (state.Mode)
        {
            case RecognitionMode.Waiting when isSettled || state.HasChunkSlot:
                turn.State = state with { Mode = RecognitionMode.Ready, Place = null };
                break;
            case RecognitionMode.Running when isSettled:
                turn.Halt(RecognitionMode.Idle);
                break;
            case RecognitionMode.Stopping when state.IsSaved && AreStopsOver(state, turn.Now):
                turn.State = state with { Mode = RecognitionMode.Stopped };
                break;
            default:
                return;
        }

        turn.Commands.Add(new End(null));
    }

    private static bool AreStopsOver(RecognitionState state, DateTimeOffset now) =>
        now >= state.StopDueAt || (state.Stops.IsEmpty && state.Items.IsEmpty);

    private static void UseSlots(RecognitionTurn turn)
    {
        var (chunks, wantsCutter) = (0, false);
        WorkSlot? keptSlot = null;
        foreach (var index in Wanted(turn))
        {
            if (TakeSlot(turn, WorkItem.KindOf(index)) is not { } slot)
            {
                wantsCutter |= index == WorkItem.Cutter;
                chunks += index == WorkItem.Cutter ? 0 : 1;
            }
            else if (index == WorkItem.Cutter && !turn.State.IsSaved)
            {
                // The cutter is begun by the stored number of its attempts, so not beside a write.
                keptSlot = slot;
            }
            else
            {
                Use(turn, index, slot);
            }
        }

        if (turn.State.IsChunkAtWork)
        {
            turn.State = turn.State with { Place = null };
        }

        // What there is no work for is for others.
        if (!turn.State.Slots.IsEmpty)
        {
            turn.LeaveQueue();
        }

        turn.State = turn.State with { Slots = keptSlot is null ? [] : [keptSlot] };
        Ask(turn, chunks, wantsCutter);
    }

    private static void Use(RecognitionTurn turn, int index, WorkSlot slot)
    {
        var item = turn.Find(index) ?? new WorkItem();
        if (index != WorkItem.Cutter)
        {
            turn.Begin(index, item, slot);
        }
        else if (EndOfCutting(turn) is not { } refusal)
        {
            // Stored before it is begun, so that a file that kills its worker is noticed.
            turn.Set(index, item with { Phase = WorkPhase.Counting, Slot = slot });
            turn.Change(new JobChange.CutAttempted(1));
        }
        else
        {
            turn.Set(index, item.End());
            turn.State = turn.State with { Slots = turn.State.Slots.Add(slot) };
            turn.Change(new JobChange.AudioCut([], Refusal: refusal));
        }
    }

    private static Refusal? EndOfCutting(RecognitionTurn turn) =>
        turn.Job.Attempts >= turn.Options.MaxAttempts
            ? new Refusal(
                JobRefusals.Internal, $"The audio could not be prepared in {turn.Job.Attempts} attempts.")
            : JobLimits.RefusalOf(turn.Job, turn.Options, turn.Now);

    /// <summary>The cutter comes first: without it there is nothing to do for anybody.</summary>
    private static int[] Wanted(RecognitionTurn turn)
    {
        var items = turn.Job.NeedsCutter
            ? turn.OpenChunks.Prepend(WorkItem.Cutter)
            : turn.OpenChunks;
        return [.. items.Where(index => turn.Find(index) is not { } item
            || (item.Phase == WorkPhase.Idle && item.NotBefore <= turn.Now))];
    }

    private static WorkSlot? TakeSlot(RecognitionTurn turn, WorkKind kind)
    {
        var slot = turn.State.Slots.FirstOrDefault(slot => slot.Kind == kind);
        if (slot is not null)
        {
            turn.State = turn.State with { Slots = turn.State.Slots.Remove(slot) };
        }

        return slot;
    }

    /// <summary>One call at a time, unless it was lost or does not ask for a kind that is wanted since.</summary>
    private static void Ask(RecognitionTurn turn, int chunks, bool wantsCutter)
    {
        var isCovered = turn.State.Ask is { } ask && turn.Now < ask.DueAt
            && (ask.WantsChunk || chunks == 0) && (ask.WantsCutter || !wantsCutter);
        if (isCovered || (chunks == 0 && !wantsCutter) || turn.Now < turn.State.AskNotBefore)
        {
            return;
        }

        var call = turn.NextCall();
        turn.State = turn.State with { Ask = new OpenAsk(call, chunks > 0, wantsCutter, turn.Now + AskTimeout) };
        turn.Commands.Add(new AskQueue(call, chunks, wantsCutter));
    }

    private static void Save(RecognitionTurn turn)
    {
        var state = turn.State;
        if (state.Saving.IsEmpty && !state.Unsaved.IsEmpty && (state.IsLive || state.Mode == RecognitionMode.Stopping))
        {
            turn.State = state with { Saving = state.Unsaved, Unsaved = [] };
            turn.Commands.Add(new Save(state.Unsaved));
        }
    }

    private static DateTimeOffset? NextWake(RecognitionState state, DateTimeOffset now) => state.Mode switch
    {
        RecognitionMode.Stopping when state.StopDueAt > now => state.StopDueAt,
        RecognitionMode.Waiting or RecognitionMode.Running => state.Items.Values
            .Where(item => item.Phase == WorkPhase.Idle).Select(item => item.NotBefore)
            .Append(state.Ask?.DueAt ?? now).Append(state.AskNotBefore)
            .Where(due => due > now).Min(due => (DateTimeOffset?)due),
        _ => null,
    };
}
