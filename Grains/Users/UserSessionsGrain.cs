using System.Collections.Immutable;
using Microsoft.Extensions.Options;

namespace Ax2.Users;

/// <summary>
/// Knows which sessions a user has; what they are, they know themselves. It calls sessions, they never call it.
/// </summary>
public sealed class UserSessionsGrain(
    [StoredState("user-sessions")] StoredState<UserSessionsState> state,
    IOptions<SessionOptions> options,
    TimeProvider time) : Grain, IUserSessionsGrain, INewUserSession
{
    public async Task<SessionTokens> Open(OpenSession command)
    {
        ArgumentNullException.ThrowIfNull(command);
        if (state.Value.Sessions.Count >= options.Value.MaxPerUser)
        {
            await MakeRoom(command.Device);
        }

        // Listed first: a fault in between leaves an id without a session, never a session that nobody can end.
        var id = Guid.CreateVersion7(time.GetUtcNow());
        await state.UpdateAsync(sessions => new UserSessionsState { Sessions = [.. sessions.Sessions, id] });
        return await GrainFactory.GetGrain<INewSession>(id).Open(command);
    }

    public async Task<ImmutableArray<SessionView>> List() =>
        [.. (await Live()).OrderByDescending(session => session.LastUsedAt)];

    public async Task<bool> End(Guid sessionId, Device device)
    {
        if (!state.Value.Sessions.Contains(sessionId) || await Session(sessionId).Describe() is null)
        {
            return false;
        }

        await Session(sessionId).End(device);
        await Keep([.. state.Value.Sessions.Where(id => id != sessionId)]);
        return true;
    }

    public async Task<int> EndAll(Guid? except, Device device)
    {
        var others = (await Live()).Select(session => session.SessionId).Where(id => id != except).ToList();
        await Task.WhenAll(others.Select(id => Session(id).End(device)));
        await Keep([.. state.Value.Sessions.Where(id => id == except)]);
        return others.Count;
    }

    public async Task Erase()
    {
        await Forget(state.Value.Sessions);
        await state.ClearAsync();
    }

    private async Task MakeRoom(Device device)
    {
        var live = await List();
        var kept = live.Take(options.Value.MaxPerUser - 1).Select(session => session.SessionId).ToHashSet();
        await Task.WhenAll(live.Where(session => !kept.Contains(session.SessionId))
            .Select(session => Session(session.SessionId).End(device)));
        await Keep([.. state.Value.Sessions.Where(kept.Contains)]);
    }

    private async Task<IEnumerable<SessionView>> Live() =>
        (await Task.WhenAll(state.Value.Sessions.Select(id => Session(id).Describe()))).OfType<SessionView>();

    /// <summary>What is off the list is nowhere.</summary>
    private async Task Keep(IReadOnlyList<Guid> sessions)
    {
        await Forget(state.Value.Sessions.Except(sessions));
        await state.UpdateAsync(_ => new UserSessionsState { Sessions = sessions });
    }

    private Task Forget(IEnumerable<Guid> sessions) =>
        Task.WhenAll(sessions.Select(id => GrainFactory.GetGrain<INewSession>(id).Erase()));

    private ISessionGrain Session(Guid id) => GrainFactory.GetGrain<ISessionGrain>(id);
}

/// <summary>Stored as JSON; replaced, never changed in place.</summary>
public sealed record UserSessionsState
{
    /// <summary>Version of this shape; readers accept every older one.</summary>
    public int V { get; init; } = 1;

    /// <summary>Every live session of the user, and some that are over.</summary>
    public IReadOnlyList<Guid> Sessions { get; init; } = [];
}
