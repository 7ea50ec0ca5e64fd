namespace Ax2.Jobs;

/// <summary>How far a running transcription is. Reported from any thread, read by the grain.</summary>
public sealed class JobProgress(TimeProvider time) : IProgress<long>
{
    private readonly long _began = time.GetTimestamp();
    private long _processedMs;

    public long ProcessedMs => Interlocked.Read(ref _processedMs);

    public void Report(long value) => Interlocked.Exchange(ref _processedMs, value);

    /// <summary>From the speed so far; null while there is none.</summary>
    public long? EstimateRemainingMs(long durationMs)
    {
        var processed = ProcessedMs;
        if (processed <= 0)
        {
            return null;
        }

        var elapsedMs = time.GetElapsedTime(_began).TotalMilliseconds;
        return (long)(elapsedMs * Math.Max(0, durationMs - processed) / processed);
    }
}
