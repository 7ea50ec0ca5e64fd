using Ax2.Jobs.Queue;
using Microsoft.Extensions.Configuration;

namespace Ax2.Jobs;

/// <summary>Section <c>Jobs</c>.</summary>
public sealed class JobOptions
{
    public const string Section = "Jobs";

    /// <summary>
    /// How much audio one worker takes; a file up to this and the window is one chunk. Zero never cuts. Else at least
    /// 1 s. Default 5 min.
    /// </summary>
    public TimeSpan ChunkTarget { get; set; } = TimeSpan.FromMinutes(5);

    /// <summary>
    /// How far before and after the target the quietest moment for a cut is looked for. Zero cuts at the target. At
    /// most half of the target. Default 30 s.
    /// </summary>
    public TimeSpan ChunkCutWindow { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>
    /// How much of its neighbours is recognised with a chunk, so that no word at a cut is lost. Zero is none.
    /// Default 2 s.
    /// </summary>
    public TimeSpan ChunkContext { get; set; } = TimeSpan.FromSeconds(2);

    /// <summary>
    /// How many workers may end with a chunk until it is suspect. It is then begun once more where no other chunk runs,
    /// and given up when that worker ends too: so nothing is lost to what ran beside it. Zero is no limit. Default 2.
    /// </summary>
    public int MaxWorkerDeaths { get; set; } = 2;

    /// <summary>
    /// How often the transcription of a chunk may fail before it is given up. At least 1. Default 5.
    /// </summary>
    public int MaxAttempts { get; set; } = 5;

    /// <summary>
    /// How often the work of one stage of a job may be tried, over all activations, before the job is given up with its
    /// hold resolved, how often in a row a chunk may not be reached before it has failed, and how often its audio may
    /// not be read. The default outlasts some 35 min in which what the stage needs is away. Zero is no limit.
    /// Default 40.
    /// </summary>
    public int MaxStageAttempts { get; set; } = 40;

    /// <summary>
    /// How long a job waits where the service has no space left, before it is given up with its hold resolved. Waiting
    /// uses up no attempts. Zero is no limit. Default 24 h.
    /// </summary>
    public TimeSpan MaxSpaceWait { get; set; } = TimeSpan.FromHours(24);

    /// <summary>
    /// How often a provider may ask to be left alone before the chunk is given up; it is no failed attempt. Zero is no
    /// limit. Default 100.
    /// </summary>
    public int MaxThrottles { get; set; } = 100;

    /// <summary>
    /// The longest pause after the first failure; it doubles with each further one, and the pause is drawn from zero to
    /// it. Zero retries at once. Default 2 s.
    /// </summary>
    public TimeSpan RetryDelay { get; set; } = TimeSpan.FromSeconds(2);

    /// <summary>No pause after a failure is longer. Zero retries at once. Default 1 min.</summary>
    public TimeSpan MaxRetryDelay { get; set; } = TimeSpan.FromMinutes(1);

    /// <summary>How often progress is published to watchers. At least 100 ms. Default 500 ms.</summary>
    public TimeSpan ProgressInterval { get; set; } = TimeSpan.FromMilliseconds(500);

    /// <summary>
    /// Chunks that are recognised at once on one silo. The embedded engine uses every processor for one chunk already; a
    /// second keeps them busy while the first is loaded or stored. An engine far away takes many more. Zero: this silo
    /// recognises nothing. Default 2.
    /// </summary>
    public int MaxChunksPerSilo { get; set; } = 2;

    /// <summary>
    /// Files that are decoded and cut at once on one silo, each by one thread. A user's files are cut ahead of their
    /// turn, as many as the cluster has places for chunks; a short file passes by a long one when there is a second
    /// slot. Zero: this silo cuts nothing. Default 2.
    /// </summary>
    public int MaxCuttersPerSilo { get; set; } = 2;

    /// <summary>
    /// How long a stopping silo waits for its running work before it hands it over; the process that
    /// stopped it should wait some 20 s longer. Zero hands over at once. Default 30 s.
    /// </summary>
    [ConfigurationKeyName("DrainPatience")]
    public TimeSpan DrainTimeout { get; set; } = TimeSpan.FromSeconds(30);

    public QueueOptions Queue { get; } = new();

    /// <summary>The pause after so many failures in a row, at least one: it doubles, up to the longest.</summary>
    internal TimeSpan BackOff(int failures, TimeSpan longest)
    {
        var delay = RetryDelay * Math.Pow(2, Math.Min(failures - 1, 16));
        return delay < longest ? delay : longest;
    }
}
