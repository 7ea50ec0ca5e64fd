namespace Ax2.Users;

/// <summary>How long a sign-in lasts. Section <c>Sessions</c>.</summary>
public sealed class SessionOptions
{
    public const string Section = "Sessions";

    /// <summary>A session ends when it was not used for so long. More than zero. Default 14 days.</summary>
    public TimeSpan IdleLifetime { get; set; } = TimeSpan.FromDays(14);

    /// <summary>
    /// A session ends so long after the sign-in, used or not. At least the idle one. Default 90 days.
    /// </summary>
    public TimeSpan MaxLifetime { get; set; } = TimeSpan.FromDays(90);

    /// <summary>
    /// How long a refresh token that was just replaced is still answered, with the same tokens. Zero: not at all.
    /// Clients repeat a renewal whose answer was lost for as long. Default 3 min.
    /// </summary>
    public TimeSpan RefreshGrace { get; set; } = TimeSpan.FromMinutes(3);

    /// <summary>
    /// Live sessions of one user; a sign-in beyond that ends the one not used for longest. Default 50.
    /// </summary>
    public int MaxPerUser { get; set; } = 50;
}

/// <summary>What access tokens say and are signed with. Section <c>Tokens</c>.</summary>
public sealed class TokenOptions
{
    public const string Section = "Tokens";

    /// <summary>Who the tokens are from: their <c>iss</c>. Not empty. Default <c>ax2-caption</c>.</summary>
    public string Issuer { get; set; } = "ax2-caption";

    /// <summary>Who they are for: their <c>aud</c>. Not empty. Default <c>ax2-caption-api</c>.</summary>
    public string Audience { get; set; } = "ax2-caption-api";

    /// <summary>How long an access token is valid. More than zero. Default 10 min.</summary>
    public TimeSpan AccessLifetime { get; set; } = TimeSpan.FromMinutes(10);

    /// <summary>
    /// How long a key signs before the next one does. More than <see cref="PublishAhead"/>. Default 30 days.
    /// </summary>
    public TimeSpan KeyLifetime { get; set; } = TimeSpan.FromDays(30);

    /// <summary>How long a key is published before it signs, so that caches of keys have it. Default 1 h.</summary>
    public TimeSpan PublishAhead { get; set; } = TimeSpan.FromHours(1);
}
