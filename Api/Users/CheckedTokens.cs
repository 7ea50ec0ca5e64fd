using Ax2.Http;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;

namespace Ax2.Users;

/// <summary>
/// A signature is checked once for each token in some seconds, not at every request: it is most of what a small
/// request costs. What may have changed meanwhile, the time and the session, is checked each time.
/// </summary>
internal sealed class CheckedTokens(TimeProvider time) : TokenHandler, IDisposable
{
    /// <summary>As long as it takes anyway until every process knows that something ended.</summary>
    private static readonly TimeSpan Life = TimeSpan.FromSeconds(5);

    private readonly JsonWebTokenHandler _inner = new() { MapInboundClaims = false };
    private readonly AnswerCache<string, TokenValidationResult> _checked = new(Life, time, result => result.IsValid);

    public override async Task<TokenValidationResult> ValidateTokenAsync(
        string token, TokenValidationParameters validationParameters)
    {
        var result = await _checked.Get(token, async t => await _inner.ValidateTokenAsync(t, validationParameters));
        return result!.IsValid ? CheckLifetime(result, validationParameters) : result;
    }

    public override SecurityToken ReadToken(string token) => _inner.ReadToken(token);

    public void Dispose() => _checked.Dispose();

    private static TokenValidationResult CheckLifetime(
        TokenValidationResult valid, TokenValidationParameters parameters)
    {
        var token = valid.SecurityToken;
        return parameters.LifetimeValidator(token.ValidFrom, token.ValidTo, token, parameters)
            // A copy: a request adds to its caller's claims.
            ? new TokenValidationResult
            {
                IsValid = true, SecurityToken = token, ClaimsIdentity = valid.ClaimsIdentity.Clone(),
            }
            : new TokenValidationResult { Exception = new SecurityTokenExpiredException("The token has expired.") };
    }
}
