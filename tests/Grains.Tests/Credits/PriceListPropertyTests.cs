using CsCheck;
using Xunit;

namespace Ax2.Credits;

/// <summary>A failure prints CsCheck's seed; <c>CsCheck_Seed</c> in the environment runs it again.</summary>
public sealed class PriceListPropertyTests
{
    private static readonly string[] Languages = ["ko", "ja", "de"];

    private static readonly Gen<PriceListOptions> List =
        Gen.Select(Gen.Long[0, 40], Gen.Long[0, 40], Gen.Long[0, 40], Gen.Long[0, 40], Gen.Long[1, 30]).Select(p =>
        {
            var list = new PriceListOptions();
            list.Versions[1] = new Prices
            {
                TranscriptionCreditsPerMinute = p.Item1, TranslationCreditsPerMinute = p.Item2,
                BurnInCreditsPerMinute = p.Item3, MinimumCredits = p.Item5,
            };
            list.Versions[1].TranslationLanguages["ja"] = p.Item4;
            return list;
        });

    private static readonly Gen<PricedWork> Work =
        Gen.Select(Gen.Long[1, 4_000_000], Gen.Int[0, 3], Gen.Bool, (ms, count, burnIn) =>
            new PricedWork(ms, [.. Languages.Take(count)], burnIn));

    private static readonly Gen<Quote> Quoted = Gen.Select(List, Work, (list, work) =>
        PriceList.Quote(list, work, null, DateTimeOffset.UnixEpoch).Quote!);

    /// <summary>For each line its share in per mille, above the whole sometimes.</summary>
    private static readonly Gen<int[]> Shares = Gen.Int[0, 1_100].Array[5];

    [Fact]
    public void Quote_LinesAddUp_AndEachIsItsOwnProductBarTheRounding() => Quoted.Sample(
        quote =>
        {
            Assert.Equal(quote.TotalCredits, quote.Lines.Sum(l => l.Credits));
            var timed = quote.Lines.Where(l => l.CreditsPerMinute is not null).ToList();
            var exactSixtieths = timed.Sum(l => l.Quantity * l.CreditsPerMinute!.Value);
            Assert.Equal(Math.Max(quote.MinimumCredits, (exactSixtieths + 59) / 60), quote.TotalCredits);
            Assert.All(timed, l =>
                Assert.InRange(l.Credits * 60 - l.Quantity * l.CreditsPerMinute!.Value, -59, 59));
        },
        iter: 10_000);

    [Fact]
    public void Charge_AllDelivered_IsTheQuote() => Quoted.Sample(
        quote =>
        {
            var charge = PriceList.Charge(quote, Deliver(quote, [1_000, 1_000, 1_000, 1_000, 1_000]));

            Assert.Equal(quote.TotalCredits, charge.TotalCredits);
            Assert.Equal(
                quote.Lines.Select(l => (l.Item, l.Language, l.Quantity, l.Credits)),
                charge.Lines.Select(l => (l.Item, l.Language, l.Quantity, l.Credits)));
            Assert.All(charge.Lines, l => Assert.Equal(0, l.UndeliveredQuantity));
        },
        iter: 5_000);

    [Fact]
    public void Charge_OfAnyPart_IsTheSumOfItsLinesAndNeverAboveTheQuote() => Gen.Select(Quoted, Shares).Sample(
        (quote, shares) =>
        {
            var charge = PriceList.Charge(quote, Deliver(quote, shares));

            Assert.Equal(charge.TotalCredits, charge.Lines.Sum(l => l.Credits));
            Assert.InRange(charge.TotalCredits, 0, quote.TotalCredits);
            Assert.All(charge.Lines, l => Assert.InRange(l.Credits, 0, quote.TotalCredits));
            foreach (var line in quote.Lines.Where(l => l.CreditsPerMinute is not null))
            {
                var charged = charge.Lines.Single(l => (l.Item, l.Language) == (line.Item, line.Language));
                Assert.Equal(line.Quantity, charged.Quantity + charged.UndeliveredQuantity);
            }
        },
        iter: 10_000);

    [Fact]
    public void Charge_OfMore_IsNeverLess() => Gen.Select(Quoted, Shares, Shares).Sample(
        (quote, some, added) =>
        {
            var less = PriceList.Charge(quote, Deliver(quote, some));
            var more = PriceList.Charge(quote, Deliver(quote, [.. some.Zip(added, (a, b) => a + b)]));

            Assert.True(less.TotalCredits <= more.TotalCredits, $"{less.TotalCredits} > {more.TotalCredits}");
        },
        iter: 10_000);

    /// <summary>A share of the whole is the same share of its price, the rounding and the minimum aside.</summary>
    [Fact]
    public void Charge_OfAShareOfEverything_IsThatShareOfThePrice() => Gen.Select(Quoted, Gen.Int[1, 1_000]).Sample(
        (quote, share) =>
        {
            var charge = PriceList.Charge(quote, Deliver(quote, [share, share, share, share, share]));

            var lines = quote.Lines.Where(l => l.CreditsPerMinute is not null).ToList();
            // In parts of which 60 000 are a credit: a fraction would be off by the last digit of a double.
            var exact = lines.Sum(l => l.Quantity * l.CreditsPerMinute!.Value) * share;
            var slack = 60_000 + lines.Sum(l => l.CreditsPerMinute!.Value) * 1_000;
            Assert.InRange(
                charge.TotalCredits * 60_000, exact, Math.Max(exact + slack, quote.MinimumCredits * 60_000));
        },
        iter: 10_000);

    private static IEnumerable<DeliveredWork> Deliver(Quote quote, int[] shares) =>
        quote.Lines.Where(l => l.CreditsPerMinute is not null)
            .Select((l, i) => new DeliveredWork(l.Item, l.Quantity * shares[i], l.Language));
}
