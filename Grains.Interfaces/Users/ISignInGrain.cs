namespace Ax2.Users;

/// <summary>
/// The way in. Key: 0; any silo answers. A sign-in makes a new session whatever the client held before, so no session
/// can be planted on anybody. Every try stands in the audit log.
/// </summary>
[Alias("ax2.ISignInGrain")]
public interface ISignInGrain : IGrainWithIntegerKey
{
    /// <summary>
    /// By e-mail address and password. An address that nobody has costs the same time and gets the same answer as a
    /// wrong password: <see cref="SignInRefusals.Failed"/>.
    /// </summary>
    [Alias("WithPassword")]
    Task<SignInAnswer> WithPassword(string email, string password, Device device);
}

/// <summary>Exactly one of <c>Tokens</c>, <c>Challenge</c> and <c>Refusal</c> is set.</summary>
/// <param name="Profile">Set with the tokens.</param>
[GenerateSerializer, Alias("ax2.SignInAnswer"), Immutable]
public sealed record SignInAnswer(
    [property: Id(0)] SessionTokens? Tokens,
    [property: Id(1)] UserProfile? Profile,
    [property: Id(2)] string? Challenge,
    [property: Id(3)] Refusal? Refusal);

/// <summary>Stable codes of <see cref="Refusal.Code"/> at the way in.</summary>
public static class SignInRefusals
{
    public const string Failed = "sign_in_failed";
}
