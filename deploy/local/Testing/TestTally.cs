using System.Text.Json;

namespace Ax2.Local;

/// <summary>How many tests passed, failed and were skipped.</summary>
internal sealed record TestTally(int Passed, int Failed, int Skipped)
{
    public static readonly TestTally Zero = new(0, 0, 0);

    public int Ran => Passed + Failed;

    /// <summary>A run of nothing is not green: nothing was shown.</summary>
    public bool IsGreen => Failed == 0 && Passed > 0;

    /// <summary>
    /// What one test program showed. One that ends badly without a failed test, or leaves no report, counts as one
    /// failure itself.
    /// </summary>
    /// <param name="report">Its CTRF report, or null when it left none.</param>
    public static TestTally Of(int exitCode, string? report)
    {
        var tally = report is null ? null : Parse(report);
        if (tally is null)
            return Zero with { Failed = 1 };
        return exitCode != 0 && tally.Failed == 0 ? tally with { Failed = 1 } : tally;
    }

    public static TestTally operator +(TestTally left, TestTally right) =>
        new(left.Passed + right.Passed, left.Failed + right.Failed, left.Skipped + right.Skipped);

    public override string ToString() =>
        $"{Passed} passed, {Failed} failed" + (Skipped > 0 ? $", {Skipped} skipped" : "");

    private static TestTally? Parse(string report)
    {
        try
        {
            using var document = JsonDocument.Parse(report);
            var summary = document.RootElement.GetProperty("results").GetProperty("summary");
            return new TestTally(
                summary.GetProperty("passed").GetInt32(),
                summary.GetProperty("failed").GetInt32(),
                summary.GetProperty("skipped").GetInt32());
        }
        catch (Exception cut) when (cut is JsonException or KeyNotFoundException or InvalidOperationException)
        {
            return null;
        }
    }
}
