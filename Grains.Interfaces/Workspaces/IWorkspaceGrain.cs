using System.Collections.Immutable;
using Ax2.Users;

namespace Ax2.Workspaces;

/// <summary>
/// Who may do what in a workspace: the truth about membership. Key: the workspace id, by which uploads, jobs, captions
/// and the credit account are reached. A user's own workspace is there without having been made, and its only member is
/// that user. Every change is checked against the caller's role here, whatever was checked before, and is durable and
/// in the audit log when it answers. Shared ones are made by <see cref="IUserWorkspacesGrain"/>.
/// </summary>
[Alias("ax2.IWorkspaceGrain")]
public interface IWorkspaceGrain : IGrainWithGuidKey
{
    /// <summary>The workspace as the user sees it, or null for everybody else.</summary>
    [Alias("Get"), Idempotent]
    Task<WorkspaceView?> Get(Guid userId);

    /// <summary>The oldest member first; null for those who are none.</summary>
    [Alias("ListMembers"), Idempotent]
    Task<ImmutableArray<MemberView>?> ListMembers(Guid userId);

    /// <summary>Owners only. Refusal besides: <see cref="WorkspaceRefusals.NameInvalid"/>.</summary>
    [Alias("Rename")]
    Task<Refusal?> Rename(Guid actor, string name, Device device);

    /// <summary>
    /// Owners only. Refusals besides: <see cref="WorkspaceRefusals.MemberUnknown"/>,
    /// <see cref="WorkspaceRefusals.LastOwner"/>.
    /// </summary>
    [Alias("ChangeRole")]
    Task<Refusal?> ChangeRole(Guid actor, Guid member, WorkspaceRole role, Device device);

    /// <summary>
    /// Owners may remove everybody, and everybody may leave. Refusals besides:
    /// <see cref="WorkspaceRefusals.MemberUnknown"/>, <see cref="WorkspaceRefusals.LastOwner"/>.
    /// </summary>
    [Alias("Remove")]
    Task<Refusal?> Remove(Guid actor, Guid member, Device device);

    /// <summary>
    /// Owners only. Mails an invitation to the e-mail address; an older one to it becomes invalid. Refusals
    /// besides: <see cref="WorkspaceRefusals.EmailUnverified"/>, <see cref="UserRefusals.EmailInvalid"/>,
    /// <see cref="WorkspaceRefusals.TooManyMembers"/>,
    /// <see cref="WorkspaceRefusals.TooManyInvitations"/>.
    /// </summary>
    [Alias("Invite")]
    Task<InvitationAnswer> Invite(Guid actor, string email, WorkspaceRole role, Device device);

    /// <summary>The open ones, the newest first; null for those who are no owners.</summary>
    [Alias("ListInvitations"), Idempotent]
    Task<ImmutableArray<InvitationView>?> ListInvitations(Guid actor);

    /// <summary>Owners only. Refusal besides: <see cref="WorkspaceRefusals.InvitationUnknown"/>.</summary>
    [Alias("RevokeInvitation")]
    Task<Refusal?> RevokeInvitation(Guid actor, Guid invitationId, Device device);
}

/// <summary>
/// The workspaces that a user is a member of. Key: the user id. A membership is always listed here before it is made,
/// so a crash may cause an entry without a membership, which is not shown, but no membership without an entry.
/// </summary>
[Alias("ax2.IUserWorkspacesGrain")]
public interface IUserWorkspacesGrain : IGrainWithGuidKey
{
    /// <summary>The user's own first, then the shared ones in the order of joining.</summary>
    [Alias("List"), Idempotent]
    Task<ImmutableArray<WorkspaceView>> List();

    /// <summary>
    /// Makes a shared workspace with the user as its owner. Refusals: <see cref="WorkspaceRefusals.NameInvalid"/>,
    /// <see cref="WorkspaceRefusals.TooMany"/>.
    /// </summary>
    [Alias("Create")]
    Task<WorkspaceAnswer> Create(string name, Device device);

    /// <summary>
    /// Joins by an invitation, which is used up by it. It must be for the user's present e-mail address. Refusals:
    /// <see cref="WorkspaceRefusals.EmailUnverified"/>, <see cref="WorkspaceRefusals.InvitationInvalid"/>,
    /// <see cref="WorkspaceRefusals.TooMany"/>.
    /// </summary>
    [Alias("Accept")]
    Task<WorkspaceAnswer> Accept(string token, Device device);
}

/// <param name="Name">Empty for a user's own workspace.</param>
/// <param name="Role">Of the one who asked.</param>
[GenerateSerializer, Alias("ax2.WorkspaceView"), Immutable]
public sealed record WorkspaceView(
    [property: Id(0)] Guid WorkspaceId,
    [property: Id(1)] string Name,
    [property: Id(2)] WorkspaceRole Role,
    [property: Id(3)] bool IsHome);

/// <summary>Exactly one of the two is set.</summary>
[GenerateSerializer, Alias("ax2.WorkspaceAnswer"), Immutable]
public sealed record WorkspaceAnswer(
    [property: Id(0)] WorkspaceView? Workspace,
    [property: Id(1)] Refusal? Refusal);

/// <param name="Email">Empty, like the name, when the account is deleted.</param>
[GenerateSerializer, Alias("ax2.MemberView"), Immutable]
public sealed record MemberView(
    [property: Id(0)] Guid UserId,
    [property: Id(1)] string DisplayName,
    [property: Id(2)] string Email,
    [property: Id(3)] WorkspaceRole Role,
    [property: Id(4)] DateTimeOffset JoinedAt);

[GenerateSerializer, Alias("ax2.InvitationView"), Immutable]
public sealed record InvitationView(
    [property: Id(0)] Guid InvitationId,
    [property: Id(1)] string Email,
    [property: Id(2)] WorkspaceRole Role,
    [property: Id(3)] DateTimeOffset CreatedAt,
    [property: Id(4)] DateTimeOffset ExpiresAt);

/// <summary>Exactly one of the two is set. The token is in the mail alone.</summary>
[GenerateSerializer, Alias("ax2.InvitationAnswer"), Immutable]
public sealed record InvitationAnswer(
    [property: Id(0)] InvitationView? Invitation,
    [property: Id(1)] Refusal? Refusal);

/// <summary>What lets somebody in once: <c>ax2i_</c>, the workspace's id, and a secret.</summary>
/// <param name="Secret">The workspace decides whether it is valid.</param>
public sealed record InvitationToken(Guid WorkspaceId, string Secret)
{
    private const string Prefix = "ax2i_";
    private const int IdLength = 32;
    private const int MaxLength = 200;

    /// <summary>Null when the text cannot be one.</summary>
    public static InvitationToken? Read(string? token)
    {
        var start = Prefix.Length;
        return token is { Length: <= MaxLength } && token.Length > start + IdLength + 1
            && token.StartsWith(Prefix, StringComparison.Ordinal) && token[start + IdLength] == '_'
            && Guid.TryParseExact(token.AsSpan(start, IdLength), "N", out var id)
            ? new InvitationToken(id, token[(start + IdLength + 1)..])
            : null;
    }

    public override string ToString() => $"{Prefix}{WorkspaceId:N}_{Secret}";
}
