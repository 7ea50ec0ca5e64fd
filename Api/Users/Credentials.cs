using Ax2.Http;

namespace Ax2.Users;

/// <summary>
/// Whether a session or an API key still stands. An access token proves itself, but not that its session was not ended
/// a moment ago: that is asked for, at most once in <see cref="Life"/>, so an end is known to every API process then.
/// </summary>
internal sealed class Credentials(IClusterClient cluster, TimeProvider time)
{
    private static readonly TimeSpan Life = TimeSpan.FromSeconds(5);

    private readonly ShortMemory<Guid, SessionInfo> _sessions = new(Life, time);
    private readonly ShortMemory<string, ApiKeyInfo> _keys = new(Life, time);

    internal ValueTask<SessionInfo?> Session(Guid id) =>
        _sessions.Get(id, session => cluster.GetGrain<ISessionGrain>(session).Get());

    internal ValueTask<ApiKeyInfo?> ApiKey(string grainKey) =>
        _keys.Get(grainKey, key => cluster.GetGrain<IApiKeyGrain>(key).Verify());

    /// <summary>Whether what the caller proved itself by still does, for answers that go on for long.</summary>
    internal async ValueTask<bool> Stands(HttpRequest request, Caller caller) => caller.SessionId is { } session
        ? await Session(session) is not null
        : ApiKeyToken.GrainKey(AccessTokens.BearerOf(request)) is { } grainKey && await ApiKey(grainKey) is not null;

    /// <summary>In this process an end is known at once.</summary>
    internal void Forget(Guid sessionId) => _sessions.Forget(sessionId);
}
