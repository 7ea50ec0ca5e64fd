using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Ax2.Users;

public sealed partial class SigningKeysGrain(
    [StoredState("signing-keys")] StoredState<KeyRing> state,
    IOptions<TokenOptions> options,
    TimeProvider time,
    ILogger<SigningKeysGrain> logger) : Grain, ISigningKeysGrain, IAccessTokenSigner
{
    public async Task<TokenRules> GetTokenRules()
    {
        var ring = await Ring(time.GetUtcNow());
        return new TokenRules(
            options.Value.Issuer, options.Value.Audience, [.. ring.Keys.Select(key => key.ToPublicKey())]);
    }

    public async Task<AccessToken> Sign(AccessTokenClaims claims)
    {
        ArgumentNullException.ThrowIfNull(claims);
        var now = time.GetUtcNow();
        return AccessToken.Create(claims, (await Ring(now)).SignerAt(now), options.Value, now);
    }

    /// <summary>
    /// A key is stored before it signs: a token must not outlive its key.
    /// </summary>
    private async Task<KeyRing> Ring(DateTimeOffset now)
    {
        var before = state.Value;
        var ring = await state.UpdateAsync(ring => ring.At(now, options.Value));
        if (!ReferenceEquals(ring, before))
        {
            LogKeys(string.Join(", ", ring.Keys.Select(key => key.Id)));
        }

        return ring;
    }

    [LoggerMessage(2501, LogLevel.Information, "The signing keys are now {KeyIds}.")]
    private partial void LogKeys(string keyIds);
}
