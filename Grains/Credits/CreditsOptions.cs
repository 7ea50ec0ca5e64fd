namespace Ax2.Credits;

/// <summary>Section <c>Credits</c>.</summary>
public sealed class CreditsOptions
{
    public const string Section = "Credits";

    /// <summary>How long a hold lives when the caller does not say. More than zero. Default 24 h.</summary>
    public TimeSpan HoldLife { get; set; } = TimeSpan.FromHours(24);

    /// <summary>
    /// The longest that a caller may ask for at once. At least <see cref="HoldLife"/>. Default 30 days.
    /// </summary>
    public TimeSpan MaxHoldLife { get; set; } = TimeSpan.FromDays(30);

    /// <summary>Open holds of one account; more are refused. At least 1. Default 20 000.</summary>
    public int MaxOpenHolds { get; set; } = 20_000;

    /// <summary>Open grants of one account; more are refused. At least 1. Default 10 000.</summary>
    public int MaxOpenGrants { get; set; } = 10_000;

    /// <summary>
    /// Commands of one account that may wait for the running commit; more are refused at once as busy. At least 1.
    /// Default 4096.
    /// </summary>
    public int MaxWaitingCommands { get; set; } = 4096;

    /// <summary>Commands that share one commit. At least 1. Default 1024.</summary>
    public int MaxBatchCommands { get; set; } = 1024;
}
