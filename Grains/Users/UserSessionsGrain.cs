using System.Collections.Immutable;
using Microsoft.Extensions.Options;

namespace Ax2.Users;

/// <summary>
/// The ids of a user's sessions, which hold everything else. It calls them; they never call it.
/// </summary>
public sealed class UserSessionsGrain(
    [StoredState("user-sessions")] StoredState<UserSessionsState> state,
    IOptions<SessionOptions> options,
    TimeProvider time) : Grain, IUserSessionsGrain, IInternalUserSessionsGrain
{
    public async Task<SessionTokens> Open(OpenSession command)
    {
        ArgumentNullException.ThrowIfNull(command);
        if (state.Value.Sessions.Count >= options.Value.MaxPerUser)
        {
            await EndLeastRecentlyUsed(command.Device);
        }

        // Listed first: after a crash there may be an id without a session, but no session that cannot be ended.
        var id = Guid.CreateVersion7(time.GetUtcNow());
        await state.UpdateAsync(sessions => new UserSessionsState { Sessions = [.. sessions.Sessions, id] });
        return await GrainFactory.GetGrain<IInternalSessionGrain>(id).Open(command);
    }

    public async Task<ImmutableArray<SessionView>> List() =>
        [.. (await Active()).OrderByDescending(session => session.LastUsedAt)];

    public async Task<bool> End(Guid sessionId, Device device)
    {
        if (!state.Value.Sessions.Contains(sessionId) || await Session(sessionId).Describe() is null)
        {
            return false;
        }

        await Session(sessionId).End(device);
        await SetSessions([.. state.Value.Sessions.Where(id => id != sessionId)]);
        return true;
    }

    public async Task<int> EndAll(Guid? except, Device device)
    {
        var others = (await Active()).Select(session => session.SessionId).Where(id => id != except).ToList();
        await Task.WhenAll(others.Select(id => Session(id).End(device)));
        await SetSessions([.. state.Value.Sessions.Where(id => id == except)]);
        return others.Count;
    }

    public async Task Delete()
    {
        await DeleteSessions(state.Value.Sessions);
        await state.ClearAsync();
    }

    private async Task EndLeastRecentlyUsed(Device device)
    {
        var active = await List();
        var kept = active.Take(options.Value.MaxPerUser - 1).Select(session => session.SessionId).ToHashSet();
        await Task.WhenAll(active.Where(session => !kept.Contains(session.SessionId))
            .Select(session => Session(session.SessionId).End(device)));
        await SetSessions([.. state.Value.Sessions.Where(kept.Contains)]);
    }

    private async Task<IEnumerable<SessionView>> Active() =>
        (await Task.WhenAll(state.Value.Sessions.Select(id => Session(id).Describe()))).OfType<SessionView>();

    /// <summary>Deletes the sessions that are not on the new list.</summary>
    private async Task SetSessions(IReadOnlyList<Guid> sessions)
    {
        await DeleteSessions(state.Value.Sessions.Except(sessions));
        await state.UpdateAsync(_ => new UserSessionsState { Sessions = sessions });
    }

    private Task DeleteSessions(IEnumerable<Guid> sessions) =>
        Task.WhenAll(sessions.Select(id => GrainFactory.GetGrain<IInternalSessionGrain>(id).Delete()));

    private ISessionGrain Session(Guid id) => GrainFactory.GetGrain<ISessionGrain>(id);
}

/// <summary>Stored as JSON; replaced, never changed in place.</summary>
public sealed record UserSessionsState
{
    /// <summary>Version of this shape; readers accept every older one.</summary>
    public int V { get; init; } = 1;

    /// <summary>Every active session of the user, and some that have ended.</summary>
    public IReadOnlyList<Guid> Sessions { get; init; } = [];
}
