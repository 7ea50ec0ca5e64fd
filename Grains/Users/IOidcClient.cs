using System.Collections.Immutable;

namespace Ax2.Users;

/// <summary>
/// Sign-in at other providers (OpenID Connect, the authorization code flow with PKCE). The secrets of our clients there
/// stay behind this port.
/// </summary>
public interface IOidcClient
{
    /// <summary>The configured ones, by the name that routes use.</summary>
    ImmutableArray<OidcProvider> Providers { get; }

    /// <summary>Where the browser goes. The provider is one of <see cref="Providers"/>.</summary>
    Task<Uri> GetAuthorizeUrlAsync(string provider, OidcRequest request, CancellationToken cancellationToken);

    /// <summary>
    /// Who came back: the code is exchanged, and the answer is checked to be the provider's, for us, for this request.
    /// Whatever is not in order is an <see cref="OidcException"/>.
    /// </summary>
    Task<OidcIdentity> RedeemAsync(string provider, OidcRedemption redemption, CancellationToken cancellationToken);
}

/// <param name="CodeChallenge">S256 of the code verifier.</param>
public sealed record OidcRequest(string State, string Nonce, string CodeChallenge);

/// <param name="Issuer">The <c>iss</c> of the callback (RFC 9207), when there was one.</param>
public sealed record OidcRedemption(string Code, string State, string? Issuer, string Nonce, string CodeVerifier);

/// <param name="VerifiedEmail">Null when the provider does not vouch for it.</param>
public sealed record OidcIdentity(string Issuer, string Subject, string? VerifiedEmail, string Name);

/// <summary>The provider refused, failed, or answered something that is not to be believed.</summary>
public sealed class OidcException : Exception
{
    public OidcException()
    {
    }

    public OidcException(string message)
        : base(message)
    {
    }

    public OidcException(string message, Exception innerException)
        : base(message, innerException)
    {
    }
}
