namespace Ax2.Users;

/// <summary>Stored as JSON; replaced, never changed in place.</summary>
[Confidential]
public sealed record UserState
{
    private const int DisplayNameMaxLength = 100;

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

    /// <summary>The link that verifies <see cref="Email"/>; a new one replaces it.</summary>
    public MailedLink? Verification { get; init; }

    /// <summary>The link that gives a new password.</summary>
    public MailedLink? Reset { get; init; }

    /// <summary>The link that makes its address the account's.</summary>
    public MailedLink? EmailChange { get; init; }

    /// <summary>The number of the last change that the user gets a mail about: part of the mail's key.</summary>
    public int Change { get; init; }

    /// <summary>The keys of the grains of identities at providers.</summary>
    public IReadOnlyList<string> Identities { get; init; } = [];

    /// <summary>Set while the account is to be deleted.</summary>
    public Deletion? Deletion { get; init; }

    internal static UserState Create(RegisterUser command, string email, string passwordHash, DateTimeOffset now)
    {
        var name = command.DisplayName.Trim();
        if (name.Length == 0)
        {
            name = email[..email.IndexOf('@', StringComparison.Ordinal)];
        }

        return new UserState
        {
            Email = email,
            PasswordHash = passwordHash,
            DisplayName = name.Length > DisplayNameMaxLength ? name[..DisplayNameMaxLength] : name,
            HomeWorkspaceId = Guid.CreateVersion7(now),
            CreatedAt = now,
            Language = UserLanguages.All.Contains(command.Language) ? command.Language : UserLanguages.English,
        };
    }

    /// <summary>Has the address, verified. The links that were mailed to the old address end.</summary>
    internal UserState WithEmail(string address) => this with
    {
        Email = address,
        IsEmailVerified = true,
        EmailChange = null,
        Verification = null,
        Reset = null,
        Change = Change + 1,
    };

    internal UserProfile ToProfile(Guid id) => new(
        id, Email, DisplayName, HomeWorkspaceId, CreatedAt, Plan, IsEmailVerified, Language, Deletion?.DueAt);
}

/// <param name="HasBegun">The data is being deleted: it cannot be cancelled, and nobody can act as this user.</param>
public sealed record Deletion(DateTimeOffset RequestedAt, DateTimeOffset DueAt, bool HasBegun = false);

/// <summary>A link that was mailed. The stored state does not reveal its secret.</summary>
/// <param name="Hash">SHA-256 of the secret.</param>
/// <param name="Address">Where it was mailed, and the only address that it is valid for.</param>
public sealed record MailedLink(string Hash, string Address, DateTimeOffset MailedAt, DateTimeOffset ExpiresAt)
{
    internal static (MailedLink Link, string Secret) Create(string address, DateTimeOffset now, TimeSpan lifetime)
    {
        var secret = SecretToken.Create();
        return (new MailedLink(SecretToken.Hash(secret), address, now, now + lifetime), secret);
    }

    internal bool IsValid(string secret, DateTimeOffset now) =>
        now < ExpiresAt && SecretToken.IsSame(Hash, SecretToken.Hash(secret));
}
