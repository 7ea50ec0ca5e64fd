using System.Globalization;

namespace Ax2.Local.Client;

/// <summary>How a job's progress reads in one line.</summary>
internal static class ProgressLine
{
    public static string Of(Job job)
    {
        var line = string.Create(CultureInfo.InvariantCulture, $"{job.Stage,-12} {Percent(job),3} %");
        return job.Progress.EstimatedRemainingMs is > 0 and var remainingMs && !job.IsOver
            ? $"{line}  about {Duration(TimeSpan.FromMilliseconds(remainingMs))} left"
            : line;
    }

    public static string OfUpload(long sentBytes, long sizeBytes)
    {
        var percent = sizeBytes == 0 ? 100 : sentBytes * 100 / sizeBytes;
        return string.Create(CultureInfo.InvariantCulture, $"{"uploading",-12} {percent,3} %");
    }

    /// <summary>Rounded up to whole seconds: <c>8 s</c>, <c>2 min 05 s</c>, <c>1 h 02 min</c>.</summary>
    public static string Duration(TimeSpan duration)
    {
        var seconds = (long)Math.Ceiling(Math.Max(0, duration.TotalSeconds));
        return seconds switch
        {
            < 60 => $"{seconds} s",
            < 3600 => string.Create(CultureInfo.InvariantCulture, $"{seconds / 60} min {seconds % 60:00} s"),
            _ => string.Create(CultureInfo.InvariantCulture, $"{seconds / 3600} h {seconds % 3600 / 60:00} min"),
        };
    }

    /// <summary>Rounded down: 100 is only said when it is true.</summary>
    private static int Percent(Job job) => (int)Math.Clamp(Math.Floor(job.Progress.Percent), 0, 100);
}
