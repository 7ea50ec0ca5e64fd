namespace Ax2.Users;

/// <summary>
/// Signs users in. Key: 0; any silo answers. A sign-in makes a new session whatever the client held before, so no
/// session can be planted on anybody. Every attempt is in the audit log.
/// </summary>
[Alias("ax2.ISignInGrain")]
public interface ISignInGrain : IGrainWithIntegerKey
{
    /// <summary>
    /// By e-mail address and password. An unknown address takes the same time and gets the same answer as a
    /// wrong password: <see cref="SignInRefusals.Failed"/>. After too many of them:
    /// <see cref="Limits.LimitRefusals.RateLimited"/>, and the password was not looked at. Nor was it when this throws
    /// <see cref="ServiceBusyException"/>: the attempt does not count. The token ends the wait for a turn.
    /// </summary>
    [Alias("WithPassword"), ResponseTimeout("00:00:07")]
    Task<SignInAnswer> WithPassword(
        string email, string password, Device device, CancellationToken cancellationToken);

    /// <summary>
    /// The second step: a code of the authenticator app, or a recovery code, for a challenge. Refusals:
    /// <see cref="SignInRefusals.CodeWrong"/>, <see cref="SignInRefusals.CodeWait"/>,
    /// <see cref="SignInRefusals.ChallengeOver"/>.
    /// </summary>
    [Alias("WithCode"), ResponseTimeout("00:00:07")]
    Task<SignInAnswer> WithCode(string challenge, string code, Device device);
}

/// <summary>
/// Exactly one of <c>Tokens</c>, <c>Challenge</c> and <c>Refusal</c> is set; none when only a provider was added.
/// </summary>
/// <param name="Profile">Set with the tokens, or alone.</param>
/// <param name="Challenge">For the second step: valid for some minutes and a few attempts.</param>
/// <param name="DeviceToken">
/// Set with the tokens for a client that sent one, even an empty one: it stores it for its next sign-in.
/// </param>
[GenerateSerializer, Alias("ax2.SignInAnswer"), Immutable]
public sealed record SignInAnswer(
    [property: Id(0)] SessionTokens? Tokens,
    [property: Id(1)] UserProfile? Profile,
    [property: Id(2)] string? Challenge,
    [property: Id(3)] Refusal? Refusal,
    [property: Id(4)] string? DeviceToken = null);

/// <summary>Stable codes of <see cref="Refusal.Code"/> at sign-in.</summary>
public static class SignInRefusals
{
    public const string Failed = "sign_in_failed";
    public const string CodeWrong = "code_wrong";
    public const string CodeWait = "code_wait";
    public const string ChallengeOver = "challenge_over";
    public const string FactorNotBegun = "second_factor_not_begun";
}
