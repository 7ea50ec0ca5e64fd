namespace Ax2.Benchmarks.Answers.Routes;

/// <summary>API keys.</summary>
internal static class KeyRoutes
{
    private static readonly object New = new { name = "Uploader", scopes = new[] { "jobs:read" } };

    public static IEnumerable<RouteCall> Of(World world, Account user)
    {
        yield return new PlainCall("GET /api/v1/api-keys", "200", () => user.Get("/api-keys"));
        yield return new PlainCall("POST /api/v1/api-keys", "201", () => user.Post("/api-keys", New))
        {
            Then = answer => RevokeAsync(world, user, answer),
        };
        yield return new SupplyCall<Guid>(
            "DELETE /api/v1/api-keys/{id}", "204", Keys(world, user), id => user.Delete($"/api-keys/{id}"))
        {
            WhenRepeated = ["404"],
        };
        yield return new SupplyCall<Guid>(
            "POST /api/v1/api-keys/{id}/rotate", "201", Keys(world, user),
            id => user.Post($"/api-keys/{id}/rotate", new { overlapHours = 0 }))
        {
            WhenRepeated = ["404"],
            Then = answer => RevokeAsync(world, user, answer),
        };
    }

    private static Supply<Guid> Keys(World world, Account user) => world.Supply(async () =>
        IdOf(await world.Wire.AskAsync(user.Post("/api-keys", New))));

    private static Task<Answer> RevokeAsync(World world, Account user, Answer made) =>
        world.Wire.AskAsync(user.Delete($"/api-keys/{IdOf(made)}"));

    private static Guid IdOf(Answer made) => made.Json.GetProperty("apiKey").GetProperty("id").GetGuid();
}
