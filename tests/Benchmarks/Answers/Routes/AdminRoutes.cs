namespace Ax2.Benchmarks.Answers.Routes;

/// <summary>What those do who run the service.</summary>
internal static class AdminRoutes
{
    private static readonly TimeSpan RetryDelay = TimeSpan.FromMilliseconds(250);

    /// <summary>Nobody has it, so that no worker is lost to it.</summary>
    private const string NoSilo = "silo 15";

    /// <param name="customer">Whose credits and plan are changed.</param>
    public static IEnumerable<RouteCall> Of(World world, Account customer) =>
        [.. Reads(world.Admin, customer), .. Credits(world, customer), .. Queue(world)];

    private static IEnumerable<RouteCall> Reads(Account admin, Account customer)
    {
        yield return new PlainCall("GET /api/v1/admin/users", "200", () =>
            admin.Get($"/admin/users?email={Uri.EscapeDataString(customer.Email)}"));
        yield return new PlainCall("PUT /api/v1/admin/users/{id}/plan", "200", () =>
            admin.Request(HttpMethod.Put, $"/admin/users/{customer.UserId}/plan", new { plan = "business" }));
        yield return new PlainCall("GET /api/v1/admin/workspaces/{id}/credits", "200", () =>
            admin.Get($"/admin/workspaces/{customer.WorkspaceId}/credits"));
        yield return new PlainCall("GET /api/v1/admin/workspaces/{id}/credits/entries", "200", () =>
            admin.Get($"/admin/workspaces/{customer.WorkspaceId}/credits/entries"));
        yield return new PlainCall("GET /api/v1/admin/audit", "200", () => admin.Get("/admin/audit"));
        foreach (var format in new[] { "csv", "ndjson" })
        {
            yield return new PlainCall($"GET /api/v1/admin/audit.{format}", "200", () =>
                admin.Get($"/admin/audit.{format}"))
            {
                Pause = AllRoutes.Slow,
            };
        }
    }

    private static IEnumerable<RouteCall> Credits(World world, Account customer)
    {
        const string reason = "For the bench";
        var account = customer.WorkspaceId;
        yield return Change("grants", account, new { credits = 1, reason, category = "promotional" });
        yield return Change("adjustments", account, new { credits = 1, reason });
        // Another's: a frozen account takes none of these.
        yield return Change("freeze", world.Member.WorkspaceId, new { reason });
        yield return Change("thaw", world.Member.WorkspaceId, new { reason });
        // One refund, asked for again and again: its answer is always the same.
        var key = $"{Guid.CreateVersion7()}";
        yield return new PlainCall("POST /api/v1/admin/workspaces/{id}/credits/refunds", "200", () =>
            world.Admin.Post(
                $"/admin/workspaces/{world.Owner.WorkspaceId}/credits/refunds",
                new { holdId = world.DoneJob, credits = 1, reason }, key));

        // A repeat with the same key is the same change.
        SupplyCall<string> Change(string change, Guid workspace, object body) => new(
            $"POST /api/v1/admin/workspaces/{{id}}/credits/{change}", "200",
            world.Supply(() => Task.FromResult($"{Guid.CreateVersion7()}")),
            operation => world.Admin.Post($"/admin/workspaces/{workspace}/credits/{change}", body, operation));
    }

    private static IEnumerable<RouteCall> Queue(World world)
    {
        yield return new PlainCall("GET /api/v1/admin/queue", "200", () => world.Admin.Get("/admin/queue"));
        // Nothing stays paused, or the jobs that are watched would stand still.
        yield return new PlainCall("POST /api/v1/admin/queue/pause", "200", () =>
            world.Admin.Post("/admin/queue/pause"))
        {
            Then = _ => ResumeAsync(world),
            Pause = AllRoutes.Slow,
        };
        yield return new PlainCall("POST /api/v1/admin/queue/resume", "200", () =>
            world.Admin.Post("/admin/queue/resume"));
        yield return new PlainCall("POST /api/v1/admin/queue/silos/{name}/drain", "200", () =>
            world.Admin.Post($"/admin/queue/silos/{Uri.EscapeDataString(NoSilo)}/drain"));
        yield return new PlainCall("POST /api/v1/admin/queue/silos/{name}/undrain", "200", () =>
            world.Admin.Post($"/admin/queue/silos/{Uri.EscapeDataString(NoSilo)}/undrain"));
    }

    private static async Task ResumeAsync(World world)
    {
        while (!world.Ended.IsCancellationRequested
            && (await world.Wire.SendAsync(world.Admin.Post("/admin/queue/resume"))).Answer is not { Status: 200 })
        {
            await Task.Delay(RetryDelay, TimeProvider.System);
        }
    }
}
