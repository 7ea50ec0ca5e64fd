using System.Collections.Immutable;

namespace Ax2.Users;

/// <summary>
/// One signed-in device. Key: the session id. It gives out access tokens as long as it lives, against a refresh token
/// that is valid for one use; only the token's hash is stored. Sessions are opened by <see cref="ISignInGrain"/> alone.
/// </summary>
[Alias("ax2.ISessionGrain")]
public interface ISessionGrain : IGrainWithGuidKey
{
    /// <summary>
    /// New tokens for the current refresh token's secret, or null when the session is over or the secret is not its
    /// own. For some minutes the secret before the current one answers the same tokens again: two tabs, or an answer
    /// that was lost. After that an old secret shows that somebody has a copy: the session ends for both.
    /// </summary>
    [Alias("Refresh"), Idempotent]
    Task<SessionTokens?> Refresh(string secret, Device device);

    /// <summary>Who is signed in, or null when the session is unknown, ended or expired.</summary>
    [Alias("Get"), Idempotent]
    Task<SessionInfo?> Get();

    /// <summary>For the list of devices. Null when the session is over.</summary>
    [Alias("Describe")]
    Task<SessionView?> Describe();

    /// <summary>Ends the session for good. Idempotent.</summary>
    [Alias("End")]
    Task End(Device device);
}

/// <summary>A user's sessions. Key: the user id.</summary>
[Alias("ax2.IUserSessionsGrain")]
public interface IUserSessionsGrain : IGrainWithGuidKey
{
    /// <summary>The live ones, the last used first.</summary>
    [Alias("List"), Idempotent]
    Task<ImmutableArray<SessionView>> List();

    /// <summary>Ends one. False when it is none of this user's live ones.</summary>
    [Alias("End")]
    Task<bool> End(Guid sessionId, Device device);

    /// <summary>Ends all but the named one: after a new password, or when a device is lost. Answers how many.</summary>
    [Alias("EndAll")]
    Task<int> EndAll(Guid? except, Device device);
}

/// <summary>Where a request came from, for the user's list of devices and for the audit log.</summary>
/// <param name="UserAgent">As the client calls itself; it may say anything.</param>
/// <param name="Address">The caller's network address.</param>
/// <param name="Token">
/// What a browser was given when it signed in before (<see cref="SignInAnswer.DeviceToken"/>), empty for none. Null
/// for a client that stores none.
/// </param>
[GenerateSerializer, Alias("ax2.Device"), Immutable]
public sealed record Device(
    [property: Id(0)] string UserAgent,
    [property: Id(1)] string Address,
    [property: Id(2)] string? Token = null)
{
    /// <summary>How long after its last sign-in a browser is still known.</summary>
    public static readonly TimeSpan TokenLife = TimeSpan.FromDays(365);

    /// <summary>For what the service does by itself.</summary>
    public static Device Unknown { get; } = new("", "");

    /// <summary>Without the token: this may come into a log.</summary>
    public override string ToString() => $"{Address}, {UserAgent}";
}

/// <summary>What a signed-in client holds.</summary>
/// <param name="AccessToken">A JWT for the API. The public keys verify it.</param>
/// <param name="RefreshToken">Replaces the one before.</param>
[GenerateSerializer, Alias("ax2.SessionTokens"), Immutable]
public sealed record SessionTokens(
    [property: Id(0)] Guid SessionId,
    [property: Id(1)] string AccessToken,
    [property: Id(2)] DateTimeOffset AccessExpiresAt,
    [property: Id(3)] string RefreshToken,
    [property: Id(4)] DateTimeOffset RefreshExpiresAt);

/// <summary>Who a live session belongs to, and the workspace it acts in.</summary>
/// <param name="IsAdmin">
/// At most half a minute old: enough to refuse others early, not to authorize. Admin acts check it themselves.
/// </param>
[GenerateSerializer, Alias("ax2.SessionInfo"), Immutable]
public sealed record SessionInfo(
    [property: Id(0)] Guid UserId,
    [property: Id(1)] Guid WorkspaceId,
    [property: Id(2)] DateTimeOffset ExpiresAt,
    [property: Id(3)] bool IsAdmin = false);

/// <param name="DeviceName">
/// For example <c>Chrome on Windows</c>. Text of the client's own making: show it as text.
/// </param>
[GenerateSerializer, Alias("ax2.SessionView"), Immutable]
public sealed record SessionView(
    [property: Id(0)] Guid SessionId,
    [property: Id(1)] string DeviceName,
    [property: Id(2)] string Address,
    [property: Id(3)] DateTimeOffset CreatedAt,
    [property: Id(4)] DateTimeOffset LastUsedAt,
    [property: Id(5)] DateTimeOffset ExpiresAt);
