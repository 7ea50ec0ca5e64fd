using Xunit;

namespace Ax2.Credits;

public sealed class PriceListTests
{
    private static readonly PriceListOptions Prices = new() { Version = 3, TranscriptionCreditsPerMinute = 10 };

    [Theory]
    [InlineData(60_000, 10)]
    [InlineData(600_000, 100)]
    [InlineData(60_001, 11)]
    [InlineData(6_000, 1)]
    [InlineData(6_001, 2)]
    [InlineData(1, 1)]
    public void Transcription_BillsBegunSecondsAndRoundsUpToWholeCredits(long durationMs, long credits) =>
        Assert.Equal(credits, PriceList.Transcription(Prices, durationMs).TotalCredits);

    [Fact]
    public void Transcription_BelowTheMinimum_SaysWhatTheMinimumAdds()
    {
        var quote = PriceList.Transcription(new PriceListOptions { MinimumCredits = 5 }, 6_000);

        Assert.Equal(5, quote.TotalCredits);
        Assert.Equal(quote.TotalCredits, quote.Lines.Sum(l => l.Credits));
        Assert.Equal("minimum_charge", quote.Lines[^1].Item);
    }

    [Fact]
    public void Transcription_CarriesThePriceListVersion() =>
        Assert.Equal(3, PriceList.Transcription(Prices, 1_000).PriceListVersion);

    [Fact]
    public void Transcription_WithoutDuration_Throws() =>
        Assert.Throws<ArgumentOutOfRangeException>(() => PriceList.Transcription(Prices, 0));
}
