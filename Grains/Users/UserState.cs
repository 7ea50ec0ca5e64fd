namespace Ax2.Users;

/// <summary>Stored as JSON; replaced, never changed in place.</summary>
[Confidential]
public sealed record UserState
{
    /// <summary>Version of this shape; readers accept every older one.</summary>
    public int V { get; init; } = 1;
    public string Email { get; init; } = "";
    public string PasswordHash { get; init; } = "";
    public string DisplayName { get; init; } = "";
    public Guid HomeWorkspaceId { get; init; }
    public DateTimeOffset CreatedAt { get; init; }
    public string Plan { get; init; } = PlanName.Standard;

    /// <summary>The welcome credits were granted, or there were none to grant.</summary>
    public bool IsWelcomed { get; init; }

    /// <summary>Of the mails: one of <see cref="UserLanguages.All"/>.</summary>
    public string Language { get; init; } = UserLanguages.English;
    public bool IsEmailVerified { get; init; }

    /// <summary>The link that verifies <see cref="Email"/>; a new one takes its place.</summary>
    public MailedLink? Verification { get; init; }

    /// <summary>The link that gives a new password.</summary>
    public MailedLink? Reset { get; init; }

    /// <summary>The link that makes its address the account's.</summary>
    public MailedLink? EmailChange { get; init; }

    /// <summary>Grows with each change that the user is told of: the mails about them are named by it.</summary>
    public int Change { get; init; }

    /// <summary>The keys of the grains of identities at providers.</summary>
    public IReadOnlyList<string> Identities { get; init; } = [];

    /// <summary>Set while the account is to be deleted.</summary>
    public Deletion? Deletion { get; init; }
}

/// <param name="HasBegun">Erasing has begun: there is no way back, and nobody is this user any more.</param>
public sealed record Deletion(DateTimeOffset RequestedAt, DateTimeOffset DueAt, bool HasBegun = false);

/// <summary>A link that was mailed. Whoever reads the stored state cannot make one of it.</summary>
/// <param name="Hash">SHA-256 of the secret.</param>
/// <param name="Address">Where it was mailed, and the only address that it is good for.</param>
public sealed record MailedLink(string Hash, string Address, DateTimeOffset MailedAt, DateTimeOffset ExpiresAt)
{
    internal static (MailedLink Link, string Secret) Create(string address, DateTimeOffset now, TimeSpan lifetime)
    {
        var secret = SecretToken.Create();
        return (new MailedLink(SecretToken.Hash(secret), address, now, now + lifetime), secret);
    }

    internal bool IsFor(string secret, DateTimeOffset now) =>
        now < ExpiresAt && SecretToken.IsSame(Hash, SecretToken.Hash(secret));
}
