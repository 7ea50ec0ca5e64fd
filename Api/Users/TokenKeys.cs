using Microsoft.IdentityModel.Protocols;
using Microsoft.IdentityModel.Protocols.OpenIdConnect;
using Microsoft.IdentityModel.Tokens;

namespace Ax2.Users;

/// <summary>The token rules and public keys of the silos, cached for some minutes.</summary>
internal sealed class TokenKeys(IClusterClient cluster, TimeProvider time)
    : IConfigurationManager<OpenIdConnectConfiguration>, IDisposable
{
    /// <summary>Less than the time that a key is published ahead of its use.</summary>
    private static readonly TimeSpan Life = TimeSpan.FromMinutes(5);

    /// <summary>The least time between two questions, however many unknown key ids are sent.</summary>
    private static readonly TimeSpan LeastLife = TimeSpan.FromSeconds(5);

    private readonly SemaphoreSlim _turn = new(1);
    private volatile Kept? _kept;

    internal async Task<TokenRules> GetRules(CancellationToken cancellationToken) =>
        (await Get(cancellationToken)).Rules;

    public async Task<OpenIdConnectConfiguration> GetConfigurationAsync(CancellationToken cancel) =>
        (await Get(cancel)).Configuration;

    /// <summary>
    /// A token named a key that is not among these. The cached rules only expire: other tokens are being checked with
    /// them.
    /// </summary>
    public void RequestRefresh()
    {
        var now = time.GetUtcNow();
        if (_kept is { } kept && now - kept.At >= LeastLife)
        {
            _kept = kept with { At = now - Life };
        }
    }

    /// <summary>The audience belongs to the rules, so it is known as soon as any token is checked.</summary>
    internal bool IsAudience(IEnumerable<string> audiences) =>
        _kept is { } kept && audiences.Contains(kept.Rules.Audience, StringComparer.Ordinal);

    public void Dispose() => _turn.Dispose();

    private async Task<Kept> Get(CancellationToken cancellationToken)
    {
        if (_kept is { } fresh && time.GetUtcNow() - fresh.At < Life)
        {
            return fresh;
        }

        await _turn.WaitAsync(cancellationToken);
        try
        {
            var now = time.GetUtcNow();
            if (_kept is { } kept && now - kept.At < Life)
            {
                return kept;
            }

            var rules = await cluster.GetGrain<ISigningKeysGrain>(0).GetTokenRules();
            return _kept = new Kept(rules, ToConfiguration(rules), now);
        }
        finally
        {
            _turn.Release();
        }
    }

    private static OpenIdConnectConfiguration ToConfiguration(TokenRules rules)
    {
        var configuration = new OpenIdConnectConfiguration { Issuer = rules.Issuer };
        foreach (var key in rules.Keys)
        {
            configuration.SigningKeys.Add(new JsonWebKey
            {
                Kty = JwkResponse.KeyType, Crv = JwkResponse.Curve, Kid = key.Id, X = key.X, Y = key.Y,
            });
        }

        return configuration;
    }

    private sealed record Kept(TokenRules Rules, OpenIdConnectConfiguration Configuration, DateTimeOffset At);
}
