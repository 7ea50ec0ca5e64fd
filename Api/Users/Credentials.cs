using Ax2.Http;

namespace Ax2.Users;

/// <summary>
/// Whether a session or an API key is active. An access token proves itself, but not that its session was not ended a
/// moment ago: the grain is asked, at most once in <see cref="Life"/>, so every API process knows the end by then.
/// </summary>
internal sealed class Credentials(IClusterClient cluster, TimeProvider time) : IDisposable
{
    private static readonly TimeSpan Life = TimeSpan.FromSeconds(5);

    private readonly AnswerCache<Guid, SessionInfo> _sessions = new(Life, time);
    private readonly AnswerCache<string, ApiKeyInfo> _keys = new(Life, time);

    internal ValueTask<SessionInfo?> Session(Guid id) =>
        _sessions.Get(id, session => cluster.GetGrain<ISessionGrain>(session).Get());

    internal ValueTask<ApiKeyInfo?> ApiKey(string grainKey) =>
        _keys.Get(grainKey, key => cluster.GetGrain<IApiKeyGrain>(key).Verify());

    /// <summary>Whether the credential of a request is still active, for responses that take long.</summary>
    internal async ValueTask<bool> IsActive(HttpRequest request, Caller caller) => caller.SessionId is { } session
        ? await Session(session) is not null
        : ApiKeyToken.GrainKey(AccessTokens.BearerOf(request)) is { } grainKey && await ApiKey(grainKey) is not null;

    /// <summary>In this process an end is known at once.</summary>
    internal void RemoveSession(Guid id) => _sessions.Remove(id);

    public void Dispose()
    {
        _sessions.Dispose();
        _keys.Dispose();
    }
}
