using Ax2.Captions.Speech;

namespace Ax2.Jobs.Chunks;

/// <summary>The one place that decides what becomes of a chunk. Pure: the draw of the pause is handed in.</summary>
internal static class ChunkFlow
{
    /// <summary>A provider that asks for a longer rest is asked again after this.</summary>
    private static readonly TimeSpan LongestRest = TimeSpan.FromHours(1);

    /// <summary>
    /// The state in which the next attempt is open, or one that says why there is none. Nobody may be at work when it
    /// is asked: an attempt that is open then is a dead worker's.
    /// </summary>
    public static CaptionChunkState Begin(
        CaptionChunkState state, ChunkSpan span, Guid attemptId, JobOptions options, DateTimeOffset now)
    {
        // Words of another span are no words of this one.
        state = state.Span is null || state.Span == span
            ? state with { Span = span }
            : new CaptionChunkState { Span = span, Attempt = state.Attempt };
        if (state.IsAttemptOpen)
        {
            state = Died(state, options);
        }

        return state.Result is not null || state.IsFailed || state.RetryAt > now
            ? state
            : Closed(state) with { Attempt = state.Attempt + 1, AttemptId = attemptId, IsAttemptOpen = true };
    }

    /// <summary>
    /// Whether the attempt must be the only one of its silo: the chunk was there at so many deaths that it is suspect,
    /// and those that shared its silos are as much so.
    /// </summary>
    public static bool MustBeAlone(CaptionChunkState state, JobOptions options) =>
        options.MaxWorkerDeaths > 0 && state.WorkerDeaths >= options.MaxWorkerDeaths;

    public static CaptionChunkState Done(CaptionChunkState state, ChunkResult result) =>
        Closed(state) with { Result = result };

    /// <summary>The attempt was ended from outside, in order: nobody is to blame.</summary>
    public static CaptionChunkState Stopped(CaptionChunkState state) => Closed(state);

    /// <param name="state">With the attempt open.</param>
    /// <param name="fault">What ended the attempt.</param>
    /// <param name="options">The limits.</param>
    /// <param name="now">The time of the fault.</param>
    /// <param name="draw">From 0 to 1: where in the range of the pause the retry falls.</param>
    public static CaptionChunkState Faulted(
        CaptionChunkState state, Exception fault, JobOptions options, DateTimeOffset now, double draw)
    {
        state = Closed(state);
        return fault switch
        {
            SpeechException { Kind: SpeechFault.Permanent } => GivenUp(state, Refused),
            EngineMissingException => GivenUp(state, NoEngine),
            AudioLostException => NotRead(state, AudioLost, options, now, draw),
            StorageFaultException => NotRead(state, Unreadable, options, now, draw),
            SpeechException { Kind: SpeechFault.Throttled } asked => Throttled(state, asked, options, now, draw),
            _ => Failed(state, Unavailable, options, now, draw),
        };
    }

    private static Refusal Refused { get; } =
        new(JobRefusals.SpeechRefused, "The speech engine refused this part of the audio for good.");

    private static Refusal NoEngine { get; } =
        new(JobRefusals.EngineUnavailable, "There is no such speech engine for the language.");

    private static Refusal Unavailable { get; } =
        new(JobRefusals.EngineUnavailable, "The speech engine cannot be reached, or is overloaded.");

    private static Refusal AudioLost { get; } =
        new(JobRefusals.AudioLost, "The audio of this part is lost.");

    private static Refusal Unreadable { get; } =
        new(JobRefusals.Internal, "The audio of this part could not be read.");

    private static CaptionChunkState Died(CaptionChunkState state, JobOptions options)
    {
        var died = Closed(state) with { WorkerDeaths = state.WorkerDeaths + 1 };
        return state.IsAlone && MustBeAlone(died, options)
            ? GivenUp(died, new Refusal(
                JobRefusals.ChunkPoisonous, $"This part ended its worker {died.WorkerDeaths} times."))
            : died;
    }

    private static CaptionChunkState Failed(
        CaptionChunkState state, Refusal refusal, JobOptions options, DateTimeOffset now, double draw)
    {
        state = state with { Failures = state.Failures + 1 };
        return state.Failures >= options.MaxAttempts
            ? GivenUp(state, refusal)
            : state with { RetryAt = now + (BackOff(state.Failures, options) * draw), Refusal = refusal };
    }

    /// <summary>Neither the engine nor the audio is to blame: it is tried as long as a stage of a job.</summary>
    private static CaptionChunkState NotRead(
        CaptionChunkState state, Refusal refusal, JobOptions options, DateTimeOffset now, double draw)
    {
        state = state with { ReadFailures = state.ReadFailures + 1 };
        return options.MaxStageAttempts > 0 && state.ReadFailures >= options.MaxStageAttempts
            ? GivenUp(state, refusal)
            : state with { RetryAt = now + (BackOff(state.ReadFailures, options) * draw), Refusal = refusal };
    }

    private static CaptionChunkState Throttled(
        CaptionChunkState state, SpeechException fault, JobOptions options, DateTimeOffset now, double draw)
    {
        state = state with { Throttles = state.Throttles + 1 };
        if (options.MaxThrottles > 0 && state.Throttles > options.MaxThrottles)
        {
            return GivenUp(state, Unavailable);
        }

        // All chunks are given the same time to come back: the draw keeps them from coming at once.
        var rest = fault.RetryAfter is { } asked && asked > TimeSpan.Zero
            ? (asked < LongestRest ? asked : LongestRest) + (options.RetryDelay * draw)
            : BackOff(state.Throttles, options) * draw;
        return state with { RetryAt = now + rest, Refusal = Unavailable };
    }

    private static TimeSpan BackOff(int failures, JobOptions options) =>
        options.BackOff(failures, options.MaxRetryDelay);

    private static CaptionChunkState GivenUp(CaptionChunkState state, Refusal refusal) =>
        state with { IsFailed = true, Refusal = refusal };

    private static CaptionChunkState Closed(CaptionChunkState state) =>
        state with { IsAttemptOpen = false, IsAlone = false, RetryAt = null, Refusal = null };
}

/// <summary>The audio that was cut for the chunk is not in the store, or not whole: the job has it cut again.</summary>
internal sealed class AudioLostException(string message) : Exception(message);

/// <summary>No engine of this installation has the name that was asked for, or knows the language.</summary>
internal sealed class EngineMissingException(string language, string? engine)
    : Exception($"No engine {engine ?? "at all"} knows {language}.");
