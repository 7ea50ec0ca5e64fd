using System.Text.Json;
using Xunit;

namespace Ax2.Users;

public sealed class RefreshChainTests
{
    private static readonly DateTimeOffset _now = new(2030, 1, 1, 0, 0, 0, TimeSpan.Zero);
    private static readonly TimeSpan _grace = TimeSpan.FromSeconds(30);

    [Fact]
    public void Present_CurrentSecret_GivesAnotherThatWorks()
    {
        var (chain, first) = RefreshChain.Begin(_now);

        var (use, next, second) = chain.Present(first, _now, _grace);

        Assert.Equal(RefreshUse.Rotated, use);
        Assert.NotEqual(first, second);
        Assert.Equal(RefreshUse.Rotated, next.Present(second!, _now, _grace).Use);
    }

    [Fact]
    public void Present_PreviousSecretWithinTheGrace_GivesTheSameAgain()
    {
        var (chain, first) = RefreshChain.Begin(_now);
        var (_, rotated, second) = chain.Present(first, _now, _grace);

        var (use, same, again) = rotated.Present(first, _now + _grace - TimeSpan.FromTicks(1), _grace);

        Assert.Equal(RefreshUse.Repeated, use);
        Assert.Equal(second, again);
        Assert.Same(rotated, same);
    }

    [Fact]
    public void Present_PreviousSecretAfterTheGrace_IsReuse()
    {
        var (chain, first) = RefreshChain.Begin(_now);
        var (_, rotated, _) = chain.Present(first, _now, _grace);

        var (use, _, secret) = rotated.Present(first, _now + _grace, _grace);

        Assert.Equal(RefreshUse.Reused, use);
        Assert.Null(secret);
        Assert.Equal(RefreshUse.Reused, rotated.Present(first, _now, TimeSpan.Zero).Use);
    }

    [Fact]
    public void Present_SecretOfLongAgo_IsReuseEvenWithinTheGrace()
    {
        var (chain, first) = RefreshChain.Begin(_now);
        var (_, rotated, second) = chain.Present(first, _now, _grace);
        var (_, twice, _) = rotated.Present(second!, _now, _grace);

        Assert.Equal(RefreshUse.Reused, twice.Present(first, _now, _grace).Use);
    }

    [Fact]
    public void Present_SecretThatThisSessionNeverMade_IsUnknownAndNoReuse()
    {
        var (chain, secret) = RefreshChain.Begin(_now);
        var (_, other) = RefreshChain.Begin(_now);
        var turned = (secret[0] == '0' ? '1' : '0') + secret[1..];

        foreach (var wrong in new[] { other, turned, "", secret[..^2], secret + "00", new string('g', secret.Length) })
        {
            Assert.Equal(RefreshUse.Unknown, chain.Present(wrong, _now, _grace).Use);
        }
    }

    [Fact]
    public void State_AsItIsStored_HoldsNoSecret()
    {
        var (chain, first) = RefreshChain.Begin(_now);
        var (_, rotated, second) = chain.Present(first, _now, _grace);

        var stored = JsonSerializer.Serialize(rotated);

        foreach (var secret in new[] { first, second! })
        {
            var random = Convert.FromHexString(secret)[..32];
            Assert.DoesNotContain(Convert.ToBase64String(random), stored, StringComparison.Ordinal);
            Assert.DoesNotContain(secret[..64], stored, StringComparison.OrdinalIgnoreCase);
        }

        var read = JsonSerializer.Deserialize<RefreshChain>(stored)!;
        Assert.Equal(RefreshUse.Rotated, read.Present(second!, _now, _grace).Use);
    }
}
