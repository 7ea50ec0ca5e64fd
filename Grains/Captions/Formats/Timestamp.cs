using System.Globalization;

namespace Ax2.Captions.Formats;

/// <summary>The time of SubRip and WebVTT, which differ in the mark before the milliseconds.</summary>
internal static class Timestamp
{
    /// <summary>Two digits of hours, or as many as it takes.</summary>
    public static string Of(long ms, char mark)
    {
        var (seconds, rest) = Math.DivRem(ms, 1000);
        return string.Create(CultureInfo.InvariantCulture,
            $"{seconds / 3600:00}:{seconds / 60 % 60:00}:{seconds % 60:00}{mark}{rest:000}");
    }
}
