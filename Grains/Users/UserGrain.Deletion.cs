using Ax2.Users.Emails;

namespace Ax2.Users;

/// <summary>
/// The deletion of the user's own state: the slice Deletion drives it.
/// </summary>
public sealed partial class UserGrain
{
    public Task AddIdentity(string identityKey) => IsActive
        ? state.UpdateAsync(user => user.Identities.Contains(identityKey)
            ? user
            : user with { Identities = [.. user.Identities, identityKey] })
        : Task.CompletedTask;

    public async Task<DeletionAnswer> BeginDeletion(
        string password, Device device, CancellationToken cancellationToken)
    {
        if (await CheckPassword(password, device, cancellationToken) is { } wrong)
        {
            return new DeletionAnswer(null, wrong);
        }

        if (User.Deletion is null)
        {
            var now = time.GetUtcNow();
            var deletion = new Deletion(now, now + options.Value.DeletionGrace);
            await emails.EnqueueNotice(
                EmailKind.DeletionBegun, Id, User.Email, User.Language, User.Change, deletion.DueAt);
            await state.UpdateAsync(user => user with { Deletion = deletion, Change = user.Change + 1 });
            await securityLog.Record(Id, "deletion_ask", device, new { dueAt = deletion.DueAt });
        }

        return new DeletionAnswer(User.Deletion!.DueAt, null);
    }

    public async Task<bool> CancelDeletion(Device device)
    {
        if (!IsActive || User.Deletion is not { } deletion || time.GetUtcNow() >= deletion.DueAt)
        {
            return false;
        }

        await emails.EnqueueNotice(EmailKind.DeletionCancelled, Id, User.Email, User.Language, User.Change);
        await state.UpdateAsync(user => user with { Deletion = null, Change = user.Change + 1 });
        await securityLog.Record(Id, "deletion_cancel", device);
        return true;
    }

    public async Task<ErasureOrder?> BeginErasure()
    {
        if (User.Deletion is not { } deletion || time.GetUtcNow() < deletion.DueAt)
        {
            return null;
        }

        if (!deletion.HasBegun)
        {
            await state.UpdateAsync(user => user with { Deletion = deletion with { HasBegun = true } });
        }

        return new ErasureOrder(
            User.Email, User.Language, User.HomeWorkspaceId, User.Identities, deletion.RequestedAt, User.Change);
    }

    public Task Delete() => state.ClearAsync();
}
