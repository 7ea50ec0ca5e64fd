using System.Collections.Immutable;

namespace Ax2.Users;

/// <summary>Sign-in at another provider (OpenID Connect). Key: 0; any silo answers.</summary>
[Alias("ax2.IExternalSignInGrain")]
public interface IExternalSignInGrain : IGrainWithIntegerKey
{
    /// <summary>Empty when none is configured.</summary>
    [Alias("GetProviders"), Idempotent]
    Task<ImmutableArray<OidcProvider>> GetProviders();

    /// <summary>
    /// Begins the way there and back. Null when the provider is unknown.
    /// </summary>
    /// <param name="linkTo">The session whose user adds the provider to the account; null signs in.</param>
    [Alias("Begin"), ResponseTimeout("00:00:07")]
    Task<ExternalStart?> Begin(string provider, Guid? linkTo);

    /// <summary>
    /// Ends it: a sign-in like any other, or with <c>Profile</c> alone a provider that was added. Refusals:
    /// <see cref="ExternalRefusals"/>.
    /// </summary>
    [Alias("Complete"), ResponseTimeout("00:00:07")]
    Task<SignInAnswer> Complete(ExternalReturn back, Device device);
}

/// <param name="Name">As routes have it: lower case letters, digits and hyphens.</param>
/// <param name="Title">As people know it.</param>
[GenerateSerializer, Alias("ax2.OidcProvider"), Immutable]
public sealed record OidcProvider([property: Id(0)] string Name, [property: Id(1)] string Title);

/// <param name="Url">Where the browser goes. Null when the provider does not answer.</param>
/// <param name="Binding">Stays with the browser that began: another one cannot end it.</param>
[GenerateSerializer, Alias("ax2.ExternalStart"), Immutable]
public sealed record ExternalStart([property: Id(0)] string? Url, [property: Id(1)] string Binding);

/// <summary>What came back with the browser.</summary>
[GenerateSerializer, Alias("ax2.ExternalReturn"), Immutable]
public sealed record ExternalReturn(
    [property: Id(0)] string Provider,
    [property: Id(1)] string State,
    [property: Id(2)] string Binding,
    [property: Id(3)] string? Code,
    [property: Id(4)] string? Issuer);

/// <summary>Stable codes of <see cref="Refusal.Code"/> of a sign-in at another provider.</summary>
public static class ExternalRefusals
{
    /// <summary>
    /// The flow was not started here, took too long, had ended before, or the provider's answer is not valid.
    /// </summary>
    public const string Failed = "external_sign_in_failed";

    /// <summary>The provider does not vouch for the e-mail address.</summary>
    public const string EmailUnverified = "external_email_unverified";

    /// <summary>There is an account with this address: sign in to it, then add the provider.</summary>
    public const string AccountExists = "external_account_exists";

    /// <summary>Another user has added this identity, or its address is not the account's.</summary>
    public const string NotYours = "external_identity_not_yours";
}
