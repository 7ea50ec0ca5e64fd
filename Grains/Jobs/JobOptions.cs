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
}
