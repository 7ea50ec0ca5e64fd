using Xunit;

namespace Ax2.Credits;

public sealed class PriceListTests
{
    private static readonly DateTimeOffset Change = new(2026, 5, 1, 0, 0, 0, TimeSpan.Zero);
    private static readonly PricedWork Minute = PricedWork.Transcription(60_000);

    /// <summary>Version 1 asks 10 a minute, version 2 from <see cref="Change"/> on 12.</summary>
    private static PriceListOptions TwoVersions(TimeSpan? quoteLife = null)
    {
        var prices = new PriceListOptions { QuoteLife = quoteLife ?? TimeSpan.FromHours(24) };
        prices.Versions[2] = new Prices { ValidFrom = Change, TranscriptionCreditsPerMinute = 12 };
        return prices;
    }

    [Theory]
    [InlineData(60_000, 10)]
    [InlineData(600_000, 100)]
    [InlineData(60_001, 11)]
    [InlineData(6_000, 1)]
    [InlineData(6_001, 2)]
    [InlineData(1, 1)]
    public void Quote_BillsBegunSecondsAndRoundsUpToWholeCredits(long durationMs, long credits) =>
        Assert.Equal(credits, Quoted(PricedWork.Transcription(durationMs)).TotalCredits);

    [Fact]
    public void Quote_SeveralItems_RoundsTheSumOnce()
    {
        // 1 s at 10, 5 and 2 a minute is 17/60: three roundings would make 3.
        var quote = Quoted(new PricedWork(1_000, ["ko"], HasBurnIn: true));

        Assert.Equal(1, quote.TotalCredits);
        Assert.Equal(
            [PriceItems.Transcription, PriceItems.Translation, PriceItems.BurnIn], quote.Lines.Select(l => l.Item));
    }

    [Fact]
    public void Quote_Translation_HasTheLanguagesPriceOrTheDefault()
    {
        var prices = new PriceListOptions();
        prices.Versions[1].TranslationLanguages["ja"] = 8;

        var quote = Quoted(new PricedWork(60_000, ["JA", "ko"], HasBurnIn: false), prices);

        Assert.Equal([10, 8, 5], quote.Lines.Select(l => l.CreditsPerMinute));
        Assert.Equal([null, "JA", "ko"], quote.Lines.Select(l => l.Language));
        Assert.Equal([true, false, false], quote.Lines.Select(l => l.IsAvailable));
    }

    [Fact]
    public void Quote_BelowTheMinimum_SaysWhatTheMinimumAdds()
    {
        var prices = new PriceListOptions();
        prices.Versions[1].MinimumCredits = 5;

        var quote = Quoted(PricedWork.Transcription(6_000), prices);

        Assert.Equal(5, quote.TotalCredits);
        Assert.Equal(quote.TotalCredits, quote.Lines.Sum(l => l.Credits));
        Assert.Equal(PriceItems.MinimumCharge, quote.Lines[^1].Item);
    }

    [Fact]
    public void Quote_WithoutDuration_Throws() =>
        Assert.Throws<ArgumentOutOfRangeException>(() => Quoted(PricedWork.Transcription(0)));

    [Theory]
    [InlineData(-1, 1, 10)]
    [InlineData(0, 2, 12)]
    public void Quote_NoVersionNamed_IsThePresentOne(int seconds, int version, long credits)
    {
        var now = Change.AddSeconds(seconds);

        var (quote, _) = PriceList.Quote(TwoVersions(), Minute, null, now);

        Assert.Equal(version, quote!.PriceListVersion);
        Assert.Equal(credits, quote.TotalCredits);
        Assert.Equal(now.AddHours(24), quote.ValidUntil);
    }

    [Fact]
    public void Quote_OlderVersion_IsHonouredAsLongAsItWasPromised()
    {
        var promised = PriceList.Quote(TwoVersions(), Minute, null, Change.AddTicks(-1)).Quote!;

        var (quote, refusal) = PriceList.Quote(
            TwoVersions(), Minute, promised.PriceListVersion, promised.ValidUntil!.Value);

        Assert.Null(refusal);
        Assert.Equal(promised.TotalCredits, quote!.TotalCredits);
        Assert.Equal(Change.AddHours(24), quote.ValidUntil);
    }

    [Theory]
    [InlineData(1, 24)]
    [InlineData(2, -1)]
    [InlineData(3, 1)]
    public void Quote_VersionOverOrToComeOrUnknown_IsExpiredWithThePresentFigures(int version, int hours)
    {
        var (quote, refusal) = PriceList.Quote(TwoVersions(), Minute, version, Change.AddHours(hours));

        Assert.Null(quote);
        Assert.Equal(CreditRefusals.QuoteExpired, refusal!.Code);
        Assert.Equal(hours < 0 ? 1 : 2, refusal.Figures!["priceListVersion"]);
        Assert.Equal(hours < 0 ? 10 : 12, refusal.Figures["totalCredits"]);
    }

    [Fact]
    public void Quote_LifeZero_OnlyThePresentVersionCounts()
    {
        var prices = TwoVersions(TimeSpan.Zero);

        Assert.Null(PriceList.Quote(prices, Minute, 1, Change.AddTicks(-1)).Refusal);
        Assert.Equal(CreditRefusals.QuoteExpired, PriceList.Quote(prices, Minute, 1, Change).Refusal?.Code);
        Assert.Null(PriceList.Quote(prices, Minute, 2, Change).Refusal);
    }

    [Fact]
    public void Describe_ShowsWhatMayBeNamedAndWhatIsToCome()
    {
        var before = PriceList.Describe(TwoVersions(), Change.AddDays(-1));
        var during = PriceList.Describe(TwoVersions(), Change.AddHours(1));
        var after = PriceList.Describe(TwoVersions(), Change.AddDays(2));

        Assert.Equal([1, 2, 2], new[] { before, during, after }.Select(list => list.PresentVersion));
        Assert.Equal([1, 2], before.Versions.Select(v => v.Version));
        Assert.Equal([1, 2], during.Versions.Select(v => v.Version));
        Assert.Equal(Change.AddHours(24), during.Versions[0].HonouredUntil);
        Assert.Equal([2], after.Versions.Select(v => v.Version));
        Assert.Equal([true, false, false], after.Versions[0].Items.Select(i => i.IsAvailable));
    }

    [Fact]
    public void Charge_HalfDelivered_IsHalfOfTheQuoteAndShowsTheRest()
    {
        var quote = Quoted(PricedWork.Transcription(600_000));

        var charge = PriceList.Charge(quote, [new(PriceItems.Transcription, 300_000)]);

        Assert.Equal((50, 100), (charge.TotalCredits, charge.QuotedCredits));
        Assert.Equal(
            new ChargeLine(PriceItems.Transcription, 300, 300, "second", 50, 10), Assert.Single(charge.Lines));
    }

    [Fact]
    public void Charge_NothingDelivered_IsFreeEvenOfTheMinimum()
    {
        var prices = new PriceListOptions();
        prices.Versions[1].MinimumCredits = 5;
        var quote = Quoted(PricedWork.Transcription(6_000), prices);

        Assert.Equal(0, PriceList.Charge(quote, []).TotalCredits);
        Assert.Equal(5, PriceList.Charge(quote, [new(PriceItems.Transcription, 1)]).TotalCredits);
    }

    [Fact]
    public void Charge_PartsOfOneItem_AddUpBeforeTheyAreRounded()
    {
        var quote = Quoted(PricedWork.Transcription(60_000));

        var charge = PriceList.Charge(quote, Enumerable.Repeat(new DeliveredWork(PriceItems.Transcription, 500), 60));

        Assert.Equal(5, charge.TotalCredits);
    }

    [Fact]
    public void Charge_WhatWasNotQuoted_CostsNothing()
    {
        var quote = Quoted(new PricedWork(60_000, ["ko"], HasBurnIn: false));

        var charge = PriceList.Charge(
            quote, [new(PriceItems.Translation, 60_000, "ja"), new(PriceItems.BurnIn, 60_000)]);

        Assert.Equal(0, charge.TotalCredits);
    }

    private static Quote Quoted(PricedWork work, PriceListOptions? prices = null) =>
        PriceList.Quote(prices ?? new PriceListOptions(), work, null, Change).Quote!;
}
