namespace Ax2.Benchmarks.Answers.Routes;

/// <summary>Sign-in at another provider, which is the bench itself.</summary>
internal static class ProviderRoutes
{
    /// <summary>As the silos' settings call it.</summary>
    public const string Provider = "bench";
    private const string Begin = $"/api/v1/sign-in/{Provider}";

    /// <param name="user">Adds the provider to its account, and never gets there.</param>
    public static IEnumerable<RouteCall> Of(World world, Account user)
    {
        yield return new PlainCall("GET /api/v1/sign-in/{provider}", "302", () =>
            new HttpRequestMessage(HttpMethod.Get, Begin))
        {
            FindFault = answer => answer.Location?.StartsWith(world.Provider.Issuer, StringComparison.Ordinal) == true
                ? null
                : $"it leads to {answer.Location}",
        };
        yield return new PlainCall("POST /api/v1/me/providers/{provider}", "200", () =>
            user.Post($"/me/providers/{Provider}"));
        // How a sign-in ended is said in the address that the browser is sent to.
        yield return new SupplyCall<(string Path, string Cookies)>(
            "GET /api/v1/sign-in/{provider}/callback", "302", world.Supply(() => ReturnAsync(world)),
            back =>
            {
                var request = new HttpRequestMessage(HttpMethod.Get, back.Path);
                request.Headers.Add("Cookie", back.Cookies);
                return request;
            })
        {
            Pause = AllRoutes.Slow,
        };
    }

    /// <summary>To the provider, and to where it sends the browser back to.</summary>
    private static async Task<(string Path, string Cookies)> ReturnAsync(World world)
    {
        var begun = await world.Wire.AskAsync(new HttpRequestMessage(HttpMethod.Get, Begin));
        using var provider = new ApiWire(new Uri(world.Provider.Issuer));
        var back = await provider.AskAsync(new HttpRequestMessage(HttpMethod.Get, new Uri(begun.Location!)));
        return (new Uri(back.Location!).PathAndQuery, begun.Cookies);
    }
}
