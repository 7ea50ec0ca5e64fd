using Ax2.Credits;
using Xunit;

namespace Ax2.Jobs;

[Collection(nameof(GrainCluster))]
public sealed class JobPriceTests(GrainCluster cluster) : IAsyncLifetime
{
    private readonly Guid _workspace = Guid.CreateVersion7();

    public ValueTask InitializeAsync()
    {
        cluster.Reset();
        return ValueTask.CompletedTask;
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    [Fact]
    public async Task Start_NamesAVersionThatIsNotHonoured_IsRefusedWithThePresentFigures()
    {
        var answer = await Job().Start(await Command() with { PriceListVersion = 9 });

        Assert.Null(answer.Job);
        Assert.Equal(CreditRefusals.QuoteExpired, answer.Refusal?.Code);
        Assert.Equal(1, answer.Refusal!.Figures!["priceListVersion"]);
        Assert.Equal(2, answer.Refusal.Figures["totalCredits"]);
    }

    [Fact]
    public async Task Start_NamesThePresentVersion_HasItsPrice()
    {
        await cluster.Grains.GetGrain<ICreditAccountGrain>(_workspace).Grant(new GrantCredits("top-up", 100, "test"));

        var answer = await Job().Start(await Command() with { PriceListVersion = 1 });

        Assert.Null(answer.Refusal);
        Assert.Equal((1, 2), (answer.Job!.Quote.PriceListVersion, answer.Job.Quote.TotalCredits));
        await Job(answer.Job.JobId).Cancel(_workspace);
    }

    [Fact]
    public async Task Extras_CanBeQuotedButNotYetOrdered()
    {
        var command = await Command() with { Extras = new JobExtras(["ko", "ja"], HasBurnIn: true) };

        var quoted = await Job().GetQuote(command);
        var started = await Job().Start(command);

        Assert.Equal([true, false, false, false], quoted.Quote!.Lines.Select(l => l.IsAvailable));
        Assert.Equal(JobRefusals.OptionUnavailable, started.Refusal?.Code);
        Assert.Null(started.Job);
    }

    [Theory]
    [InlineData("ko", "KO")]
    [InlineData("", null)]
    [InlineData("한국어", null)]
    [InlineData("en_US", null)]
    public async Task Extras_LanguagesThatAreNone_AreRefused(string language, string? other)
    {
        string?[] named = [language, other];
        var command = await Command() with { Extras = new JobExtras([.. named.OfType<string>()], HasBurnIn: false) };

        Assert.Equal(JobRefusals.TranslationLanguageInvalid, (await Job().GetQuote(command)).Refusal?.Code);
    }

    [Fact]
    public void Extras_WithTheSameContent_AreTheSameOrder()
    {
        var order = new StartJob(_workspace, _workspace, _workspace, "en", null, 1, new JobExtras(["ko", "ja"], true));

        Assert.Equal(order, order with { Extras = new JobExtras(["ko", "ja"], true) });
        Assert.NotEqual(order, order with { Extras = new JobExtras(["ja", "ko"], true) });
        Assert.NotEqual(order, order with { Extras = new JobExtras(["ko", "ja"], false) });
    }

    private ICaptionJobGrain Job(Guid? id = null) =>
        cluster.Grains.GetGrain<ICaptionJobGrain>(id ?? Guid.CreateVersion7());

    private async Task<StartJob> Command() =>
        new(_workspace, Guid.CreateVersion7(), await cluster.ReadyUpload(_workspace), "en", null);
}
