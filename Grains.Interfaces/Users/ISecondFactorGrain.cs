using System.Collections.Immutable;

namespace Ax2.Users;

/// <summary>
/// A user's second factor: codes of an authenticator app (TOTP, RFC 6238), and recovery codes for when it is lost. Key:
/// the user id. Turning it off, or creating new recovery codes, needs a code.
/// </summary>
[Alias("ax2.ISecondFactorGrain")]
public interface ISecondFactorGrain : IGrainWithGuidKey
{
    [Alias("GetStatus"), Idempotent]
    Task<SecondFactorStatus> GetStatus();

    /// <summary>
    /// A new secret for the app. It has no effect before <see cref="Confirm"/>; another call replaces it. Null when
    /// the factor is on.
    /// </summary>
    [Alias("Begin")]
    Task<SecondFactorSetup?> Begin(string accountName);

    /// <summary>
    /// Turns the factor on by a code of the new secret, and answers the recovery codes: they are shown this once.
    /// Refusals: <see cref="SignInRefusals.CodeWrong"/>, <see cref="SignInRefusals.FactorNotBegun"/>.
    /// </summary>
    [Alias("Confirm")]
    Task<RecoveryCodesAnswer> Confirm(string code, Device device);

    /// <summary>New recovery codes; the old ones are void. Refusals as of a sign-in.</summary>
    [Alias("RenewRecoveryCodes")]
    Task<RecoveryCodesAnswer> RenewRecoveryCodes(string code, Device device);

    /// <summary>Null when the factor is off now. Refusals as of a sign-in.</summary>
    [Alias("TurnOff")]
    Task<Refusal?> TurnOff(string code, Device device);
}

[GenerateSerializer, Alias("ax2.SecondFactorStatus"), Immutable]
public sealed record SecondFactorStatus([property: Id(0)] bool IsOn, [property: Id(1)] int RecoveryCodesLeft);

/// <param name="Secret">Base32, for typing in.</param>
/// <param name="Uri">The same as an <c>otpauth:</c> link.</param>
[GenerateSerializer, Alias("ax2.SecondFactorSetup"), Immutable]
public sealed record SecondFactorSetup([property: Id(0)] string Secret, [property: Id(1)] string Uri);

/// <summary>Exactly one of the two is set.</summary>
[GenerateSerializer, Alias("ax2.RecoveryCodesAnswer"), Immutable]
public sealed record RecoveryCodesAnswer(
    [property: Id(0)] ImmutableArray<string>? Codes,
    [property: Id(1)] Refusal? Refusal);
