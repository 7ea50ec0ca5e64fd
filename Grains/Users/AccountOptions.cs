namespace Ax2.Users;

/// <summary>The rules of accounts. Section <c>Accounts</c>.</summary>
public sealed class AccountOptions
{
    public const string Section = "Accounts";

    /// <summary>
    /// Where browsers reach the API, for links in mails: <c>SignIn:Origin</c>, as registered at providers. Required for
    /// mail by SMTP. Default empty.
    /// </summary>
    public string Origin { get; set; } = "";

    /// <summary>How long a link verifies an address, a new one too. More than zero. Default 1 day.</summary>
    public TimeSpan VerificationLifetime { get; set; } = TimeSpan.FromDays(1);

    /// <summary>How long a link gives a new password. More than zero. Default 1 h.</summary>
    public TimeSpan ResetLifetime { get; set; } = TimeSpan.FromHours(1);

    /// <summary>Asked again sooner, no second link is mailed. Zero: always one. Default 1 min.</summary>
    public TimeSpan LinkInterval { get; set; } = TimeSpan.FromMinutes(1);

    /// <summary>
    /// The least time between two mails that somebody gave the user's address for another account. More than zero.
    /// Default 1 h.
    /// </summary>
    public TimeSpan NoticeInterval { get; set; } = TimeSpan.FromHours(1);

    /// <summary>
    /// How long a deletion can be cancelled. Zero: not at all. Default 30 days.
    /// </summary>
    public TimeSpan DeletionGrace { get; set; } = TimeSpan.FromDays(30);

    /// <summary>
    /// Whether the welcome credits wait until the address is verified, so that invented addresses get none. Default
    /// true.
    /// </summary>
    public bool WelcomeNeedsVerification { get; set; } = true;
}
