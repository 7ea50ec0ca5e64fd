using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using Xunit;

namespace Ax2.Credits;

public sealed class PriceListOptionsTests
{
    [Fact]
    public void Configuration_AddsAVersionBesideTheDefaultOne()
    {
        var options = Bound(
            ("Versions:2:ValidFrom", "2026-05-01T00:00:00Z"),
            ("Versions:2:TranscriptionCreditsPerMinute", "12"),
            ("Versions:2:TranslationLanguages:ja", "8"),
            ("Versions:1:BurnInCreditsPerMinute", "3"));

        Assert.Equal([1, 2], options.Versions.Keys.Order());
        Assert.Equal((10, 3), (
            options.Versions[1].TranscriptionCreditsPerMinute, options.Versions[1].BurnInCreditsPerMinute));
        Assert.Equal(12, options.Versions[2].TranscriptionCreditsPerMinute);
        Assert.Equal(8, options.Versions[2].TranslationLanguages["JA"]);
    }

    [Theory]
    [InlineData("QuoteLife", "-00:00:01")]
    [InlineData("QuoteLife", "367.00:00:00")]
    [InlineData("WelcomeCredits", "-1")]
    [InlineData("Versions:1:MinimumCredits", "0")]
    [InlineData("Versions:1:TranscriptionCreditsPerMinute", "-1")]
    [InlineData("Versions:1:TranslationLanguages:ko", "1000001")]
    [InlineData("Versions:0:MinimumCredits", "1")]
    [InlineData("Versions:2:MinimumCredits", "1")]
    public void Configuration_ThatMakesNoSense_IsRefused(string name, string value) =>
        Assert.Throws<OptionsValidationException>(() => Bound((name, value)));

    private static PriceListOptions Bound(params (string Name, string Value)[] settings)
    {
        var configuration = new ConfigurationBuilder()
            .AddInMemoryCollection(settings.ToDictionary(s => $"PriceList:{s.Name}", s => (string?)s.Value)).Build();
        using var services = new ServiceCollection().AddGrainServices(configuration).BuildServiceProvider();
        return services.GetRequiredService<IOptions<PriceListOptions>>().Value;
    }
}
