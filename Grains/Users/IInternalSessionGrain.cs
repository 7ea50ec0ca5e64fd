using System.Collections.Immutable;

namespace Ax2.Users;

/// <summary>
/// What only other grains may ask of a session: the API cannot open one.
/// </summary>
[Alias("ax2.INewSession")]
public interface IInternalSessionGrain : IGrainWithGuidKey
{
    /// <summary>An id that was used before is a fault.</summary>
    [Alias("Open")]
    Task<SessionTokens> Open(OpenSession command);

    /// <summary>Deletes what is stored: the session is no longer valid. Idempotent.</summary>
    [Alias("Erase")]
    Task Delete();
}

/// <summary>What only other grains may ask of a user's sessions. Key: the user id.</summary>
[Alias("ax2.INewUserSession")]
public interface IInternalUserSessionsGrain : IGrainWithGuidKey
{
    /// <summary>Opens a session; the list has it first.</summary>
    [Alias("Open")]
    Task<SessionTokens> Open(OpenSession command);

    /// <summary>Deletes the list and every session on it. Idempotent.</summary>
    [Alias("Erase")]
    Task Delete();
}

/// <param name="Methods">How the user proved to be that user (RFC 8176): <c>pwd</c>, <c>otp</c>.</param>
[GenerateSerializer, Alias("ax2.OpenSession"), Immutable]
public sealed record OpenSession(
    [property: Id(0)] Guid UserId,
    [property: Id(1)] Guid WorkspaceId,
    [property: Id(2)] ImmutableArray<string> Methods,
    [property: Id(3)] Device Device);
