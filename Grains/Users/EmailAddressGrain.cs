namespace Ax2.Users;

public sealed class EmailAddressGrain(
    [StoredState("email-address")] StoredState<EmailAddressState> state,
    TimeProvider time) : Grain, IEmailAddressGrain
{
    /// <summary>How old a claim without a stored user is when another caller may replace it.</summary>
    private static readonly TimeSpan ClaimTimeout = TimeSpan.FromMinutes(1);

    public async Task<Guid> Claim(Guid userId)
    {
        var owner = state.Value.UserId;
        if (owner is not null && owner != userId && !await IsAbandoned(owner.Value))
        {
            return owner.Value;
        }

        if (owner != userId)
        {
            await state.UpdateAsync(_ => new EmailAddressState { UserId = userId, ClaimedAt = time.GetUtcNow() });
        }

        return userId;
    }

    public async Task<Guid?> GetOwner()
    {
        var owner = state.Value.UserId;
        return owner is not null && await IsRegistered(owner.Value) ? owner : null;
    }

    public Task Release(Guid userId) =>
        state.Value.UserId == userId ? state.ClearAsync() : Task.CompletedTask;

    /// <summary>A crash between claim and registration must not block the address forever.</summary>
    private async Task<bool> IsAbandoned(Guid owner) =>
        time.GetUtcNow() - state.Value.ClaimedAt > ClaimTimeout && !await IsRegistered(owner);

    private async Task<bool> IsRegistered(Guid owner) =>
        await GrainFactory.GetGrain<IUserGrain>(owner).GetProfile() is { } profile
        && EmailAddress.GrainKey(profile.Email) == this.GetPrimaryKeyString();
}

/// <summary>Stored as JSON; replaced, never changed in place.</summary>
[Confidential]
public sealed record EmailAddressState
{
    /// <summary>Version of this shape; readers accept every older one.</summary>
    public int V { get; init; } = 1;
    public Guid? UserId { get; init; }
    public DateTimeOffset ClaimedAt { get; init; }
}
