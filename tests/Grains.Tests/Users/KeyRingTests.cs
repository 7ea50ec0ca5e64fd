using Xunit;

namespace Ax2.Users;

public sealed class KeyRingTests
{
    private static readonly DateTimeOffset _start = new(2030, 1, 1, 0, 0, 0, TimeSpan.Zero);
    private readonly TokenOptions _options = new();

    [Fact]
    public void At_TheBeginning_HasOneKeyThatSigns()
    {
        var ring = new KeyRing().At(_start, _options);

        Assert.Equal(Assert.Single(ring.Keys), ring.SignerAt(_start));
        Assert.Same(ring, ring.At(_start, _options));
    }

    [Fact]
    public void SignerAt_OnASiloWhoseClockIsBehind_IsTheFirstKey()
    {
        var ring = new KeyRing().At(_start, _options);

        Assert.Equal(ring.Keys[0], ring.SignerAt(_start - TimeSpan.FromSeconds(1)));
    }

    [Fact]
    public void At_BeforeTheLifeOfAKeyEnds_PublishesTheNextWithoutSigningByIt()
    {
        var first = new KeyRing().At(_start, _options);
        var soon = _start + _options.KeyLifetime - _options.PublishAhead;

        Assert.Same(first, first.At(soon - TimeSpan.FromTicks(1), _options));
        var both = first.At(soon, _options);

        Assert.Equal(2, both.Keys.Count);
        Assert.Equal(first.Keys[0], both.SignerAt(soon));
        Assert.Equal(both.Keys[1], both.SignerAt(_start + _options.KeyLifetime));
    }

    [Fact]
    public void At_OldKey_StaysForTheLastTokenItSigned()
    {
        var both = new KeyRing().At(_start, _options).At(_start + _options.KeyLifetime, _options);
        var change = both.Keys[1].SignsFrom;

        Assert.Equal(both.Keys, both.At(change + _options.AccessLifetime, _options).Keys);
        Assert.Equal(both.Keys[1], Assert.Single(both.At(change + _options.AccessLifetime * 2, _options).Keys));
    }

    [Fact]
    public void At_AfterALongSleep_StillPublishesAKeyBeforeItSigns()
    {
        var first = new KeyRing().At(_start, _options);
        var late = _start + _options.KeyLifetime * 3;

        var both = first.At(late, _options);

        Assert.Equal(first.Keys[0], both.SignerAt(late));
        Assert.Equal(late + _options.PublishAhead, both.Keys[1].SignsFrom);
    }
}
