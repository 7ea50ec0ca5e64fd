using System.Globalization;

namespace Ax2.Http;

/// <summary>The place in a list whose records are numbered: only those below it are left to show.</summary>
internal static class PageCursor
{
    /// <summary>No cursor is the beginning, null.</summary>
    internal static bool TryRead(string? cursor, out long? before)
    {
        var sound = long.TryParse(cursor, NumberStyles.None, CultureInfo.InvariantCulture, out var number);
        before = sound ? number : null;
        return sound || cursor is null;
    }

    internal static string? Write(long? before) => before?.ToString(CultureInfo.InvariantCulture);
}
