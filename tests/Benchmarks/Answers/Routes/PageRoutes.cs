namespace Ax2.Benchmarks.Answers.Routes;

/// <summary>Pages, health and documents: what needs nobody to be signed in.</summary>
internal static class PageRoutes
{
    public static IEnumerable<RouteCall> Of(World world)
    {
        foreach (var page in new[] { "/", "/account", "/workspaces", "/verify", "/reset", "/email" })
        {
            yield return Get($"GET {page}", page, "200");
        }

        yield return Get("GET /docs", "/docs", "302");
        yield return Get("GET /jobs/{id}", $"/jobs/{world.DoneJob}", "200");
        yield return Get("GET /openapi/v1.json", "/openapi/v1.json", "200");
        yield return Get("GET /dev/outbox", "/dev/outbox", "200");
        yield return Get("GET /dev/outbox/mails", "/dev/outbox/mails", "200");
        yield return Get("GET /health/live", "/health/live", "200");
        yield return new PlainCall("GET /health/ready", "200", () =>
            new HttpRequestMessage(HttpMethod.Get, "/health/ready"))
        {
            // Not to be ready is what it is there to say.
            WhileBroken = ["503"],
        };
        yield return Get("GET /.well-known/jwks.json", "/.well-known/jwks.json", "200");
        yield return Get("GET /api/v1/prices", "/api/v1/prices", "200");
        yield return Get("GET /api/v1/sign-in", "/api/v1/sign-in", "200");
    }

    private static PlainCall Get(string route, string path, string right) =>
        new(route, right, () => new HttpRequestMessage(HttpMethod.Get, path));
}
