namespace Ax2.Users;

public sealed class SessionGrain(
    [PersistentState("session")] IPersistentState<SessionState> state,
    TimeProvider time) : Grain, ISessionGrain
{
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

    public Task<SessionInfo?> Get()
    {
        var live = state.RecordExists && !state.State.IsEnded && time.GetUtcNow() < state.State.ExpiresAt;
        if (!live)
        {
            // Nobody comes back to a dead session: free the memory that a flood of made-up tokens would take.
            DeactivateOnIdle();
        }

        return Task.FromResult(
            live ? new SessionInfo(state.State.UserId, state.State.WorkspaceId, state.State.ExpiresAt) : null);
    }

    public async Task End()
    {
        if (state.RecordExists && !state.State.IsEnded)
        {
            await this.Save(state, state.State with { IsEnded = true });
        }
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
