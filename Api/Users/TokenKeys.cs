using Microsoft.IdentityModel.Protocols;
using Microsoft.IdentityModel.Protocols.OpenIdConnect;
using Microsoft.IdentityModel.Tokens;

namespace Ax2.Users;

/// <summary>The token rules and public keys of the silos, cached for some minutes.</summary>
internal sealed class TokenKeys(IClusterClient cluster, TimeProvider time)
    : IConfigurationManager<OpenIdConnectConfiguration>
{
    /// <summary>Less than the time that a key is published ahead of its use.</summary>
    private static readonly TimeSpan Life = TimeSpan.FromMinutes(5);

    /// <summary>The least time between two questions, however many unknown key ids are sent.</summary>
    private static readonly TimeSpan LeastLife = TimeSpan.FromSeconds(5);

    private readonly Lock _lock = new();
    private volatile Kept? _kept;

    /// <summary>Under the lock. Those who come meanwhile share it, and its fault: in turn each would wait anew.</summary>
    private Task<Kept>? _question;

    private Kept? Fresh => _kept is { } kept && time.GetUtcNow() - kept.At < Life ? kept : null;

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

    private async Task<Kept> Get(CancellationToken cancellationToken)
    {
        if (Fresh is { } fresh)
        {
            return fresh;
        }

        Task<Kept> question;
        lock (_lock)
        {
            if (Fresh is { } answered)
            {
                return answered;
            }

            question = _question is { IsCompleted: false } asked ? asked : _question = Ask();
        }

        return await question.WaitAsync(cancellationToken);
    }

    private async Task<Kept> Ask()
    {
        var now = time.GetUtcNow();
        var rules = await cluster.GetGrain<ISigningKeysGrain>(0).GetTokenRules();
        return _kept = new Kept(rules, ToConfiguration(rules), now);
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
