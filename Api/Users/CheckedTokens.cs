using Ax2.Http;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;

namespace Ax2.Users;

/// <summary>
/// A signature is checked once for each token in some seconds, not at every request: it is most of what a small
/// request costs. What may have changed meanwhile, the time and the session, is looked at each time.
/// </summary>
internal sealed class CheckedTokens(TimeProvider time) : TokenHandler
{
    /// <summary>As long as it takes anyway until every process knows that something ended.</summary>
    private static readonly TimeSpan Life = TimeSpan.FromSeconds(5);

    private readonly JsonWebTokenHandler _inner = new() { MapInboundClaims = false };
    private readonly ShortMemory<string, TokenValidationResult> _sound = new(Life, time);

    public override async Task<TokenValidationResult> ValidateTokenAsync(
        string token, TokenValidationParameters validationParameters)
    {
        var refused = default(TokenValidationResult);
        var sound = await _sound.Get(token, async asked =>
        {
            var result = await _inner.ValidateTokenAsync(asked, validationParameters);
            refused = result.IsValid ? null : result;
            return result.IsValid ? result : null;
        });
        return sound is null ? refused! : Again(sound, validationParameters);
    }

    public override SecurityToken ReadToken(string token) => _inner.ReadToken(token);

    private static TokenValidationResult Again(TokenValidationResult sound, TokenValidationParameters parameters)
    {
        var token = sound.SecurityToken;
        return parameters.LifetimeValidator(token.ValidFrom, token.ValidTo, token, parameters)
            // A copy: a request adds to its caller's claims.
            ? new TokenValidationResult
            {
                IsValid = true, SecurityToken = token, ClaimsIdentity = sound.ClaimsIdentity.Clone(),
            }
            : new TokenValidationResult { Exception = new SecurityTokenExpiredException("The token has expired.") };
    }
}
