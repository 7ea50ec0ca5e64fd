namespace Ax2.Users;

public sealed class SessionGrain(
    [PersistentState("session")] IPersistentState<SessionState> state,
    AdminRole adminRole,
    TimeProvider time) : Grain, ISessionGrain
{
    /// <summary>How long the role is remembered: a session is asked for with every request.</summary>
    private static readonly TimeSpan RoleLife = TimeSpan.FromSeconds(30);

    /// <summary>
    /// A dead session leaves soon, to free the memory that a flood of made-up tokens would take; but not at once, or
    /// requests that come together would be forwarded from one activation to the next until they are rejected.
    /// </summary>
    private static readonly TimeSpan DeadLife = TimeSpan.FromSeconds(2);

    private (DateTimeOffset Until, bool IsAdmin) _role;
    private IGrainTimer? _leaving;

    public async Task<bool> Open(Guid userId, Guid workspaceId, DateTimeOffset expiresAt)
    {
        if (state.RecordExists)
        {
            return false;
        }

        await this.Save(
            state, new SessionState { UserId = userId, WorkspaceId = workspaceId, ExpiresAt = expiresAt });
        return true;
    }

    public async Task<SessionInfo?> Get()
    {
        var live = state.RecordExists && !state.State.IsEnded && time.GetUtcNow() < state.State.ExpiresAt;
        if (!live)
        {
            _leaving ??= this.RegisterGrainTimer(Leave, DeadLife, Timeout.InfiniteTimeSpan);
            return null;
        }

        return new SessionInfo(
            state.State.UserId, state.State.WorkspaceId, state.State.ExpiresAt,
            adminRole.IsHeldByAnybody && await IsAdmin());
    }

    public async Task End()
    {
        if (state.RecordExists && !state.State.IsEnded)
        {
            await this.Save(state, state.State with { IsEnded = true });
        }
    }

    private Task Leave(CancellationToken cancellationToken)
    {
        DeactivateOnIdle();
        return Task.CompletedTask;
    }

    private async Task<bool> IsAdmin()
    {
        var now = time.GetUtcNow();
        if (now >= _role.Until)
        {
            var profile = await GrainFactory.GetGrain<IUserGrain>(state.State.UserId).GetProfile();
            _role = (now + RoleLife, profile is not null && adminRole.IsHeldBy(profile.Email));
        }

        return _role.IsAdmin;
    }
}

/// <summary>Stored as JSON; replaced, never changed in place.</summary>
[Confidential]
public sealed record SessionState
{
    /// <summary>Version of this shape; readers accept every older one.</summary>
    public int V { get; init; } = 1;
    public Guid UserId { get; init; }
    public Guid WorkspaceId { get; init; }
    public DateTimeOffset ExpiresAt { get; init; }
    public bool IsEnded { get; init; }
}
