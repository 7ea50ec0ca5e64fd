using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Ax2.Users;

public sealed partial class SessionGrain(
    [StoredState("session")] StoredState<SessionState> state,
    AdminRole adminRole,
    SecurityLog securityLog,
    IOptions<SessionOptions> options,
    TimeProvider time,
    ILogger<SessionGrain> logger) : Grain, ISessionGrain, IInternalSessionGrain
{
    /// <summary>How long the role is cached: clients ask every few seconds.</summary>
    private static readonly TimeSpan RoleLife = TimeSpan.FromSeconds(30);

    private (DateTimeOffset Until, bool IsAdmin) _role;
    private IGrainTimer? _deactivation;

    private SessionState Session => state.Value;

    private bool IsActive => state.Exists && !Session.IsEnded && time.GetUtcNow() < Session.ExpiresAt;

    public async Task<SessionTokens> Open(OpenSession command)
    {
        ArgumentNullException.ThrowIfNull(command);
        if (state.Exists)
        {
            throw new InvalidOperationException("This session was opened before.");
        }

        var now = time.GetUtcNow();
        var (chain, secret) = RefreshChain.Begin(now);
        await state.UpdateAsync(_ => Used(command.Device, now, new SessionState
        {
            UserId = command.UserId,
            WorkspaceId = command.WorkspaceId,
            Methods = command.Methods,
            CreatedAt = now,
            Refresh = chain,
        }));
        return await Tokens(secret);
    }

    public async Task<SessionTokens?> Refresh(string secret, Device device)
    {
        ArgumentNullException.ThrowIfNull(secret);
        ArgumentNullException.ThrowIfNull(device);
        if (!IsActive)
        {
            return Missing<SessionTokens>();
        }

        var now = time.GetUtcNow();
        var (use, chain, next) = Session.Refresh.Present(secret, now, options.Value.RefreshGrace);
        switch (use)
        {
            case RefreshUse.Rotated:
                await state.UpdateAsync(session => Used(device, now, session with { Refresh = chain }));
                return await Tokens(next!);
            case RefreshUse.Repeated:
                return await Tokens(next!);
            case RefreshUse.Reused:
                await EndAs("refresh_reuse", device);
                LogReuse(this.GetPrimaryKey(), Session.UserId);
                return null;
            default:
                return null;
        }
    }

    public async Task<SessionInfo?> Get() => IsActive
        ? new SessionInfo(
            Session.UserId, Session.WorkspaceId, Session.ExpiresAt, adminRole.IsHeldByAnybody && await IsAdmin())
        : Missing<SessionInfo>();

    public Task<SessionView?> Describe() => Task.FromResult(IsActive
        ? new SessionView(
            this.GetPrimaryKey(), Session.DeviceName, Session.Address, Session.CreatedAt, Session.LastUsedAt,
            Session.ExpiresAt)
        : Missing<SessionView>());

    public Task End(Device device)
    {
        ArgumentNullException.ThrowIfNull(device);
        return IsActive ? EndAs("sign_out", device) : Task.CompletedTask;
    }

    public Task Delete() => state.ClearAsync();

    /// <summary>Deletes device and address with the rest; the user's id remains for a repeated end.</summary>
    private async Task EndAs(string action, Device device)
    {
        await state.UpdateAsync(session => new SessionState { UserId = session.UserId, IsEnded = true });
        await securityLog.Record(Session.UserId, action, device, new { sessionId = this.GetPrimaryKey() });
    }

    /// <summary>Null. A flood of invented ids must not fill the memory.</summary>
    private T? Missing<T>()
        where T : class
    {
        _deactivation ??= this.DeactivateAfterDelay();
        return null;
    }

    private SessionState Used(Device device, DateTimeOffset now, SessionState session)
    {
        var idleEnd = now + options.Value.IdleLifetime;
        var lastEnd = session.CreatedAt + options.Value.MaxLifetime;
        return session with
        {
            LastUsedAt = now,
            ExpiresAt = idleEnd < lastEnd ? idleEnd : lastEnd,
            DeviceName = DeviceName.Of(device.UserAgent),
            Address = device.Address,
        };
    }

    private async Task<SessionTokens> Tokens(string secret)
    {
        var id = this.GetPrimaryKey();
        var access = await GrainFactory.GetGrain<IAccessTokenSigner>(0).Sign(new AccessTokenClaims(
            Session.UserId, id, Session.WorkspaceId, Session.Methods, Session.CreatedAt, Session.ExpiresAt));
        return new SessionTokens(
            id, access.Token, access.ExpiresAt, new RefreshToken(id, secret).ToString(), Session.ExpiresAt);
    }

    private async Task<bool> IsAdmin()
    {
        var now = time.GetUtcNow();
        if (now >= _role.Until)
        {
            var profile = await GrainFactory.GetGrain<IUserGrain>(Session.UserId).GetProfile();
            _role = (now + RoleLife, profile is not null && adminRole.IsHeldBy(profile));
        }

        return _role.IsAdmin;
    }

    [LoggerMessage(2500, LogLevel.Warning, "A used refresh token came back: session {SessionId} of {UserId} ended.")]
    private partial void LogReuse(Guid sessionId, Guid userId);
}

/// <summary>Stored as JSON; replaced, never changed in place.</summary>
[Confidential]
public sealed record SessionState
{
    /// <summary>Version of this shape; readers accept every older one.</summary>
    public int V { get; init; } = 1;
    public Guid UserId { get; init; }
    public Guid WorkspaceId { get; init; }

    /// <summary>How the user proved to be that user (RFC 8176).</summary>
    public IReadOnlyList<string> Methods { get; init; } = [];
    public DateTimeOffset CreatedAt { get; init; }
    public DateTimeOffset LastUsedAt { get; init; }
    public DateTimeOffset ExpiresAt { get; init; }
    public string DeviceName { get; init; } = "";
    public string Address { get; init; } = "";
    public RefreshChain Refresh { get; init; } = new();
    public bool IsEnded { get; init; }
}
