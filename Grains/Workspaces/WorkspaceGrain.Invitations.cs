using System.Collections.Immutable;
using Ax2.Users;

namespace Ax2.Workspaces;

/// <summary>Invitations: valid once, for a limited time, and for one e-mail address.</summary>
public sealed partial class WorkspaceGrain
{
    public async Task<InvitationAnswer> Invite(Guid actor, string email, WorkspaceRole role, Device device)
    {
        ArgumentNullException.ThrowIfNull(email);
        if (!Enum.IsDefined(role))
        {
            throw new ArgumentOutOfRangeException(nameof(role));
        }

        if (await RefuseToManage(actor) is { } refusal)
        {
            return new InvitationAnswer(null, refusal);
        }

        if (await Profile(actor) is not { IsEmailVerified: true } inviter)
        {
            return new InvitationAnswer(null, UserWorkspacesGrain.Unverified());
        }

        if (EmailAddress.Normalize(email) is not { } address)
        {
            return new InvitationAnswer(
                null, new Refusal(UserRefusals.EmailInvalid, "This is not an e-mail address."));
        }

        var now = time.GetUtcNow();
        var others = OpenAt(now).Where(one => one.Email != address).ToList();
        var today = DateOnly.FromDateTime(now.UtcDateTime);
        var sent = Workspace.InvitationDay == today ? Workspace.InvitationsOfTheDay : 0;
        if (RefuseMore(others.Count, sent) is { } limit)
        {
            return new InvitationAnswer(null, limit);
        }

        var token = new InvitationToken(Id, SecretToken.Create());
        var invitation = new Invitation(
            Guid.CreateVersion7(now), address, role, SecretToken.Hash(token.Secret), now,
            now + options.Value.InvitationLifetime);
        await state.UpdateAsync(workspace => workspace with
        {
            Invitations = [.. others, invitation],
            InvitationDay = today,
            InvitationsOfTheDay = sent + 1,
        });
        await Log(actor, "invitation_create", device, new { invitation.Id, role = role.ToString() });
        await emails.EnqueueInvitation(address, inviter.Language, token.ToString());
        return new InvitationAnswer(View(invitation), null);
    }

    public Task<ImmutableArray<InvitationView>?> ListInvitations(Guid actor) =>
        Task.FromResult<ImmutableArray<InvitationView>?>(Find(actor) is { Role: WorkspaceRole.Owner }
            ? [.. OpenAt(time.GetUtcNow()).Reverse().Select(View)]
            : null);

    public async Task<Refusal?> RevokeInvitation(Guid actor, Guid invitationId, Device device)
    {
        if (await RefuseToManage(actor) is { } refusal)
        {
            return refusal;
        }

        if (OpenAt(time.GetUtcNow()).FirstOrDefault(one => one.Id == invitationId) is not { } invitation)
        {
            return new Refusal(WorkspaceRefusals.InvitationUnknown, "There is no such invitation.");
        }

        await state.UpdateAsync(workspace => workspace.Without(invitation));
        await Log(actor, "invitation_revoke", device, new { invitation.Id });
        return null;
    }

    public async Task<bool> IsInvited(Guid userId, string secret) => await InvitationOf(userId, secret) is not null;

    public async Task<WorkspaceView?> Join(Guid userId, string secret, Device device)
    {
        if (await InvitationOf(userId, secret) is not { } invitation)
        {
            return null;
        }

        // A member who is invited again keeps the role that an owner gave.
        var isMember = Find(userId) is not null;
        var role = Find(userId)?.Role ?? invitation.Role;
        await state.UpdateAsync(workspace => workspace.Without(invitation) with
        {
            Members = isMember
                ? workspace.Members
                : [.. workspace.Members, new Member(userId, role, time.GetUtcNow())],
        });
        await Log(userId, "invitation_accept", device, new { invitation.Id, role = role.ToString() });
        return View(role);
    }

    private async Task<Invitation?> InvitationOf(Guid userId, string secret)
    {
        ArgumentNullException.ThrowIfNull(secret);
        var hash = SecretToken.Hash(secret);
        var invitation = OpenAt(time.GetUtcNow()).FirstOrDefault(one => SecretToken.IsSame(one.SecretHash, hash));
        return invitation is not null
            && (await Profile(userId))?.Email == invitation.Email
            ? invitation
            : null;
    }

    private IEnumerable<Invitation> OpenAt(DateTimeOffset now) =>
        Workspace.Invitations.Where(invitation => now < invitation.ExpiresAt);

    private Refusal? RefuseMore(int open, int sent)
    {
        var limits = options.Value;
        if (Workspace.Members.Count + open >= limits.MaxMembers)
        {
            return new Refusal(
                WorkspaceRefusals.TooManyMembers,
                $"A workspace has at most {limits.MaxMembers} members and open invitations.");
        }

        return sent >= limits.MaxInvitationsPerDay
            ? new Refusal(
                WorkspaceRefusals.TooManyInvitations,
                $"A workspace sends at most {limits.MaxInvitationsPerDay} invitations a day.")
            : null;
    }

    private Task<UserProfile?> Profile(Guid userId) => GrainFactory.GetGrain<IUserGrain>(userId).GetProfile();

    private static InvitationView View(Invitation invitation) => new(
        invitation.Id, invitation.Email, invitation.Role, invitation.CreatedAt, invitation.ExpiresAt);
}
