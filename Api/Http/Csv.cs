namespace Ax2.Http;

/// <summary>Files for spreadsheets (RFC 4180).</summary>
internal static class Csv
{
    internal const string ContentType = "text/csv; charset=utf-8";

    /// <summary>A quoted text. What a spreadsheet would take for a formula is kept from being one.</summary>
    internal static string Text(string? value)
    {
        if (string.IsNullOrEmpty(value))
        {
            return "";
        }

        var safe = "=+-@\t\r".Contains(value[0], StringComparison.Ordinal) ? "'" + value : value;
        return '"' + safe.Replace("\"", "\"\"", StringComparison.Ordinal) + '"';
    }
}
