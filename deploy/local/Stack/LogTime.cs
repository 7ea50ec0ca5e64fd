using System.Globalization;

namespace Ax2.Local;

/// <summary>A moment as every log of the stack writes it: UTC, ISO 8601, milliseconds.</summary>
internal static class LogTime
{
    public static string Of(DateTimeOffset moment) =>
        moment.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture);
}
