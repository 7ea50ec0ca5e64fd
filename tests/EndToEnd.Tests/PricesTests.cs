using System.Text.Json;
using Xunit;

namespace Ax2.Tests;

/// <summary>Prices, quotes, and starts that name the price they saw.</summary>
public sealed class PricesTests(CreditsTests.Customer customer) : IClassFixture<CreditsTests.Customer>
{
    [Fact]
    public async Task Prices_AreForEverybody_AndSayHowTheyAreRounded()
    {
        using var http = new HttpClient { BaseAddress = customer.Stack.Origin };
        using var answer = await http.GetAsync(new Uri("/api/v1/prices", UriKind.Relative));
        var list = await ApiSession.Json(answer);

        Assert.Equal(200, (int)answer.StatusCode);
        Assert.Equal((1, 86_400), (
            list.GetProperty("presentVersion").GetInt32(), list.GetProperty("quoteLifeSeconds").GetInt32()));
        Assert.Contains("rounded up", list.GetProperty("rounding").GetString(), StringComparison.Ordinal);
        var version = Assert.Single(list.GetProperty("versions").EnumerateArray());
        Assert.Equal(
            ["transcription 10 True", "translation 5 False", "burn_in 2 False"],
            version.GetProperty("items").EnumerateArray().Select(i =>
                $"{i.GetProperty("item")} {i.GetProperty("creditsPerMinute")} {i.GetProperty("isAvailable").GetBoolean()}"));
    }

    [Fact]
    public async Task Quote_ShowsTheCalculationAndHowLongItHolds()
    {
        var order = new { uploadId = await Minute(), language = "en", translationLanguages = new[] { "ko" }, burnIn = true };

        using var answer = await customer.Session.Post("/quotes", order);
        var quote = await ApiSession.Json(answer);

        Assert.Equal(17, quote.GetProperty("totalCredits").GetInt64());
        Assert.Equal(
            [
                "transcription  60 second 10 10 True", "translation ko 60 second 5 5 False",
                "burn_in  60 second 2 2 False",
            ],
            quote.GetProperty("lines").EnumerateArray().Select(Line));
        Assert.True(quote.TryGetProperty("validUntil", out var until) && until.ValueKind == JsonValueKind.String);
    }

    [Fact]
    public async Task Start_WithAPriceThatIsNoLongerThere_Is409WithThePresentOne()
    {
        using var answer = await customer.Session.Post(
            "/jobs", new { uploadId = await Minute(), language = "en", priceListVersion = 9 });
        var problem = await ApiSession.Json(answer);

        Assert.Equal(409, (int)answer.StatusCode);
        Assert.Equal("quote_expired", problem.GetProperty("code").GetString());
        Assert.Equal(1, problem.GetProperty("priceListVersion").GetInt32());
        Assert.Equal(10, problem.GetProperty("totalCredits").GetInt64());
    }

    [Theory]
    [InlineData("ko", false, "option_unavailable")]
    [InlineData(null, true, "option_unavailable")]
    [InlineData("not a language", false, "translation_language_invalid")]
    public async Task Start_WithWhatCannotBeOrdered_Is422AndHoldsNothing(string? language, bool burnIn, string code)
    {
        string?[] languages = [language];
        var order = new
        {
            uploadId = await Minute(), language = "en", translationLanguages = languages.OfType<string>(), burnIn,
        };

        using var answer = await customer.Session.Post("/jobs", order);

        Assert.Equal(422, (int)answer.StatusCode);
        Assert.Equal(code, (await ApiSession.Json(answer)).GetProperty("code").GetString());
        Assert.Empty((await customer.Session.Read("/credits/holds")).EnumerateArray());
    }

    private static string Line(JsonElement line) => string.Join(
        ' ',
        new[] { "item", "language", "quantity", "unit", "creditsPerMinute", "credits", "isAvailable" }
            .Select(name => line.GetProperty(name).ToString()));

    private Task<string> Minute() => customer.Upload(customer.Session, seconds: 60);
}
