namespace Ax2.Benchmarks.Answers.Routes;

/// <summary>The owner's credits.</summary>
internal static class CreditRoutes
{
    public static IEnumerable<RouteCall> Of(World world)
    {
        var owner = world.Owner;
        var period = $"from={Day(-1)}&until={Day(1)}";
        yield return new PlainCall("GET /api/v1/credits", "200", () => owner.Get("/credits"));
        yield return new PlainCall("GET /api/v1/credits/entries", "200", () => owner.Get("/credits/entries"))
        {
            FindFault = answer => answer.Json.GetProperty("entries").GetArrayLength() > 0 ? null : "no entries",
        };
        yield return new PlainCall("GET /api/v1/credits/holds", "200", () => owner.Get("/credits/holds"));
        yield return new PlainCall("GET /api/v1/credits/grants", "200", () => owner.Get("/credits/grants"))
        {
            FindFault = answer => answer.Json.GetArrayLength() > 0 ? null : "no grants",
        };
        yield return new PlainCall("GET /api/v1/credits/statement", "200", () =>
            owner.Get($"/credits/statement?{period}"));
        yield return new PlainCall("GET /api/v1/credits/statement.csv", "200", () =>
            owner.Get($"/credits/statement.csv?{period}"));
    }

    private static string Day(int fromNow) =>
        Uri.EscapeDataString($"{TimeProvider.System.GetUtcNow().AddDays(fromNow):O}");
}
