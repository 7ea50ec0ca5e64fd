using System.Collections.Immutable;
using Orleans.Concurrency;

namespace Ax2.Jobs;

/// <summary>
/// Shares the cluster's workers between the users. Key: 0. Only whether the queue is paused and which silos drain is
/// stored; who waits and what runs is reported anew by jobs and silos with every call, so that a new activation knows
/// it all within seconds and nothing can be out of step with the truth.
/// </summary>
[Alias("ax2.IWorkQueueGrain")]
public interface IWorkQueueGrain : IGrainWithIntegerKey
{
    /// <summary>
    /// A job waits for slots. Answers as soon as it is granted some, or after 5 s with its position in the queue. A job
    /// that does not ask again within 10 s has left. A slot that is not taken within 10 s is free for another.
    /// </summary>
    [Alias("WaitForSlots"), AlwaysInterleave]
    Task<SlotAnswer> WaitForSlots(SlotRequest request, CancellationToken cancellationToken);

    /// <summary>
    /// The job has no work for a slot now. Slots that no answer brought it yet, and those that it names and did not
    /// begin, go to others at once; without this call they would after 10 s. Idempotent, and not waited for.
    /// </summary>
    [Alias("Leave"), AlwaysInterleave, OneWay]
    Task Leave(Guid jobId, ImmutableArray<Guid> unusedSlots);

    /// <summary>
    /// A silo reports its capacity and what runs there: at every change, and every second. One that is silent for 5 s
    /// is given nothing. Idempotent, and a report that a newer one has overtaken changes nothing. Answers whether the
    /// silo should drain.
    /// </summary>
    [Alias("Offer"), AlwaysInterleave]
    Task<bool> Report(SiloCapacity capacity);

    /// <summary>While paused nothing new begins; what runs comes to its end. Durable when it answers.</summary>
    [Alias("SetPaused")]
    Task SetPaused(bool isPaused);

    /// <summary>A draining silo begins nothing new. Durable when it answers.</summary>
    [Alias("SetDraining")]
    Task SetDraining(string siloName, bool isDraining);

    [Alias("GetView"), AlwaysInterleave]
    Task<QueueView> GetView();
}

/// <param name="Plan">The user's plan: its weight is an option. See <c>Jobs:Queue:PlanWeights</c>.</param>
/// <param name="WaitingSince">When the job was accepted: its turn survives a crash of the queue.</param>
/// <param name="Wanted">How many chunks it could begin now. At least 1, or 0 when only a cutter is wanted.</param>
/// <param name="RemainingMs">Audio that it still has to recognise: for the estimates of those behind it.</param>
/// <param name="WantsCutter">Whether its audio is still to be cut and nobody is at it.</param>
[GenerateSerializer, Alias("ax2.SlotRequest"), Immutable]
public sealed record SlotRequest(
    [property: Id(0)] Guid JobId,
    [property: Id(1)] Guid UserId,
    [property: Id(2)] string Plan,
    [property: Id(3)] DateTimeOffset WaitingSince,
    [property: Id(4)] int Wanted,
    [property: Id(5)] long RemainingMs,
    [property: Id(6)] bool WantsCutter = false);

/// <param name="Position">Jobs that will be served before this one; 0 is next.</param>
/// <param name="EstimatedStartAt">Null when nothing is known to compute it from, or the queue is paused.</param>
[GenerateSerializer, Alias("ax2.SlotAnswer"), Immutable]
public sealed record SlotAnswer(
    [property: Id(0)] ImmutableArray<WorkSlot> Slots,
    [property: Id(1)] int Position,
    [property: Id(2)] DateTimeOffset? EstimatedStartAt,
    [property: Id(3)] bool IsPaused);

/// <summary>What a slot is for. Each kind has capacity of its own: decoding never takes any from recognition.</summary>
[GenerateSerializer, Alias("ax2.WorkKind")]
public enum WorkKind
{
    /// <summary>The speech of one chunk.</summary>
    Chunk = 0,
    /// <summary>Decoding a file and cutting it into chunks.</summary>
    Cutter = 1,
}

/// <summary>The permit to run one work item on one silo, used once.</summary>
[GenerateSerializer, Alias("ax2.WorkSlot"), Immutable]
public sealed record WorkSlot(
    [property: Id(0)] Guid SlotId,
    [property: Id(1)] SiloAddress Silo,
    [property: Id(2)] WorkKind Kind = WorkKind.Chunk);

/// <param name="Capacity">Chunks that may run there at once …</param>
/// <param name="CutterCapacity">… and cutters.</param>
/// <param name="RecognisedMsPerSecond">The silo's recent speed, over all its work; null while unknown.</param>
/// <param name="Spent">
/// Slots that came to their end here, or were refused, in the last 10 s: so that a work item that was over before
/// anybody saw it run does not keep its slot, also when a report is lost.
/// </param>
/// <param name="Number">Grows with each report of the silo.</param>
[GenerateSerializer, Alias("ax2.SiloOffer"), Immutable]
public sealed record SiloCapacity(
    [property: Id(0)] SiloAddress Silo,
    [property: Id(1)] string SiloName,
    [property: Id(2)] int Capacity,
    [property: Id(7)] int CutterCapacity,
    [property: Id(3)] ImmutableArray<RunningWork> Running,
    [property: Id(4)] bool IsStopping,
    [property: Id(5)] double? RecognisedMsPerSecond,
    [property: Id(6)] ImmutableArray<Guid> Spent,
    [property: Id(8)] long Number = 0);

[GenerateSerializer, Alias("ax2.RunningWork"), Immutable]
public sealed record RunningWork(
    [property: Id(0)] Guid SlotId,
    [property: Id(1)] Guid UserId,
    [property: Id(2)] WorkKind Kind = WorkKind.Chunk);

[GenerateSerializer, Alias("ax2.QueueView"), Immutable]
public sealed record QueueView(
    [property: Id(0)] bool IsPaused,
    [property: Id(1)] ImmutableArray<QueueSilo> Silos,
    [property: Id(2)] int WaitingJobs,
    [property: Id(3)] int WaitingUsers);

/// <param name="Capacity">Chunks that may run there at once.</param>
/// <param name="Running">Slots for chunks that are taken or granted there.</param>
[GenerateSerializer, Alias("ax2.QueueSilo"), Immutable]
public sealed record QueueSilo(
    [property: Id(0)] string Name,
    [property: Id(1)] int Capacity,
    [property: Id(2)] int Running,
    [property: Id(3)] bool IsDraining);
