namespace Ax2.Workspaces;

/// <summary>Stored as JSON; replaced, never changed in place.</summary>
[Confidential]
public sealed record WorkspaceState
{
    /// <summary>Version of this shape; readers accept every older one.</summary>
    public int V { get; init; } = 1;
    public string Name { get; init; } = "";

    /// <summary>In the order of joining. At least one is an owner.</summary>
    public IReadOnlyList<Member> Members { get; init; } = [];

    /// <summary>The open ones, and some that are too old.</summary>
    public IReadOnlyList<Invitation> Invitations { get; init; } = [];

    /// <summary>The day, in UTC, that <see cref="InvitationsOfTheDay"/> counts.</summary>
    public DateOnly InvitationDay { get; init; }
    public int InvitationsOfTheDay { get; init; }

    internal WorkspaceState Without(Invitation invitation) =>
        this with { Invitations = [.. Invitations.Where(one => one != invitation)] };
}

public sealed record Member(Guid UserId, WorkspaceRole Role, DateTimeOffset JoinedAt);

/// <param name="Email">Normalised: the invitation is valid for this address only.</param>
/// <param name="SecretHash">SHA-256: the secret is in the mail only.</param>
public sealed record Invitation(
    Guid Id, string Email, WorkspaceRole Role, string SecretHash, DateTimeOffset CreatedAt, DateTimeOffset ExpiresAt);
