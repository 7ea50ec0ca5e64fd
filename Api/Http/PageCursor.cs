using System.Globalization;

namespace Ax2.Http;

/// <summary>The position in a list of numbered records: the records below it are still to come.</summary>
internal static class PageCursor
{
    /// <summary>No cursor is the beginning, null.</summary>
    internal static bool TryRead(string? cursor, out long? before)
    {
        var isNumber = long.TryParse(cursor, NumberStyles.None, CultureInfo.InvariantCulture, out var number);
        before = isNumber ? number : null;
        return isNumber || cursor is null;
    }

    internal static string? Write(long? before) => before?.ToString(CultureInfo.InvariantCulture);
}
