using Ax2.Jobs.Queue;

namespace Ax2.Jobs;

/// <summary>Section <c>Jobs</c>.</summary>
public sealed class JobOptions
{
    public const string Section = "Jobs";

    /// <summary>
    /// Jobs that transcribe at the same time on one silo; the others wait their turn. At least 1. Default 2.
    /// </summary>
    public int MaxTranscribingPerSilo { get; set; } = 2;

    /// <summary>
    /// How often the transcription of a job is begun, crashes included, before the job fails. At least 1. Default 5.
    /// </summary>
    public int MaxAttempts { get; set; } = 5;

    /// <summary>
    /// Pause before the second attempt; it doubles with each further one. Zero retries at once. Default 2 s.
    /// </summary>
    public TimeSpan RetryDelay { get; set; } = TimeSpan.FromSeconds(2);

    /// <summary>How often watchers hear of progress. At least 100 ms. Default 500 ms.</summary>
    public TimeSpan ProgressInterval { get; set; } = TimeSpan.FromMilliseconds(500);

    /// <summary>
    /// Pieces of work (chunks and cutters) that run at once on one silo. The embedded engine uses every processor for
    /// one chunk already; a second keeps them busy while the first is loaded or stored. An engine far away takes many
    /// more. Zero: this silo takes no work. Default 2.
    /// </summary>
    public int MaxChunksPerSilo { get; set; } = 2;

    /// <summary>
    /// How long a silo that is told to stop waits for its running work before it hands it over; the process that
    /// stopped it should wait some 20 s longer. Zero hands over at once. Default 30 s.
    /// </summary>
    public TimeSpan DrainPatience { get; set; } = TimeSpan.FromSeconds(30);

    public QueueOptions Queue { get; } = new();
}
