using System.Collections.Immutable;

namespace Ax2.Users;

/// <summary>
/// The half of a session, and of a user's sessions, that only silos know: the public process cannot open one.
/// </summary>
[Alias("ax2.INewSession")]
public interface INewSession : IGrainWithGuidKey
{
    /// <summary>An id that was used before is a fault.</summary>
    [Alias("Open")]
    Task<SessionTokens> Open(OpenSession command);

    /// <summary>Clears what is stored of it. A session that was live is over.</summary>
    [Alias("Erase")]
    Task Erase();
}

/// <summary>Key: the user id. Opens sessions so that the list of them is never short of one.</summary>
[Alias("ax2.INewUserSession")]
public interface INewUserSession : IGrainWithGuidKey
{
    [Alias("Open")]
    Task<SessionTokens> Open(OpenSession command);

    /// <summary>Clears the list and every session on it.</summary>
    [Alias("Erase")]
    Task Erase();
}

/// <param name="Methods">How the user proved to be that user (RFC 8176): <c>pwd</c>, <c>otp</c>.</param>
[GenerateSerializer, Alias("ax2.OpenSession"), Immutable]
public sealed record OpenSession(
    [property: Id(0)] Guid UserId,
    [property: Id(1)] Guid WorkspaceId,
    [property: Id(2)] ImmutableArray<string> Methods,
    [property: Id(3)] Device Device);
