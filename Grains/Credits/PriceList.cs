namespace Ax2.Credits;

/// <summary>What work costs. Section <c>PriceList</c>.</summary>
public sealed class PriceListOptions
{
    public const string Section = "PriceList";

    /// <summary>Goes into every quote. Raise it with each change of a price. Default 1.</summary>
    public int Version { get; set; } = 1;

    /// <summary>Credits for a minute of media whose speech is recognised. Zero makes it free. Default 10.</summary>
    public long TranscriptionCreditsPerMinute { get; set; } = 10;

    /// <summary>The least that a job costs. At least 1: a hold of nothing cannot be made. Default 1.</summary>
    public long MinimumCredits { get; set; } = 1;

    /// <summary>What a new user's workspace is given. Zero gives nothing. Default 600, an hour of media.</summary>
    public long WelcomeCredits { get; set; } = 600;
}

/// <summary>Turns media time into credits. Pure.</summary>
public static class PriceList
{
    private const long MsPerSecond = 1000;
    private const long SecondsPerMinute = 60;

    /// <summary>
    /// Media is billed by the second, begun seconds count whole; the sum is rounded up to whole credits.
    /// </summary>
    public static Quote Transcription(PriceListOptions prices, long mediaDurationMs)
    {
        ArgumentNullException.ThrowIfNull(prices);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(mediaDurationMs);
        var seconds = CeilingDivide(mediaDurationMs, MsPerSecond);
        var credits = CeilingDivide(checked(seconds * prices.TranscriptionCreditsPerMinute), SecondsPerMinute);
        var total = Math.Max(credits, prices.MinimumCredits);
        var transcription = new QuoteLine("transcription", seconds, "second", credits);
        return total == credits
            ? new Quote(prices.Version, total, [transcription])
            : new Quote(prices.Version, total, [transcription, new("minimum_charge", 1, "job", total - credits)]);
    }

    private static long CeilingDivide(long value, long divisor) => (value + divisor - 1) / divisor;
}
