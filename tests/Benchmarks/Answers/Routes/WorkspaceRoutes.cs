namespace Ax2.Benchmarks.Answers.Routes;

/// <summary>Shared workspaces, and the invitations of one.</summary>
internal static class WorkspaceRoutes
{
    public static IEnumerable<RouteCall> Of(World world)
    {
        var (owner, id) = (world.Owner, world.Workspace);
        yield return new PlainCall("GET /api/v1/workspaces", "200", () => owner.Get("/workspaces"))
        {
            FindFault = answer => answer.Text.Contains($"{id}", StringComparison.Ordinal) ? null : "one is missing",
        };
        // A user may have some tens of them.
        yield return new SupplyCall<Account>(
            "POST /api/v1/workspaces", "201", world.Supply(() => world.Accounts.SignUpAsync()),
            account => account.Post("/workspaces", new { name = "Newsroom" }))
        {
            Pause = AllRoutes.Slow,
        };
        yield return new PlainCall("GET /api/v1/workspaces/{workspaceId}", "200", () => owner.Get($"/workspaces/{id}"));
        yield return new PlainCall("PATCH /api/v1/workspaces/{workspaceId}", "200", () =>
            owner.Request(HttpMethod.Patch, $"/workspaces/{id}", new { name = "Newsroom" }));
        yield return new PlainCall("GET /api/v1/workspaces/{workspaceId}/invitations", "200", () =>
            owner.Get($"/workspaces/{id}/invitations"));
        yield return new PlainCall("POST /api/v1/workspaces/{workspaceId}/invitations", "201", () => Invite(owner, id));
        yield return new SupplyCall<Guid>(
            "DELETE /api/v1/workspaces/{workspaceId}/invitations/{id}", "204",
            world.Supply(async () => (await world.Wire.AskAsync(Invite(owner, id))).Json.GetProperty("id").GetGuid()),
            invitation => owner.Delete($"/workspaces/{id}/invitations/{invitation}"))
        {
            WhenRepeated = ["404"],
        };
    }

    private static HttpRequestMessage Invite(Account owner, Guid workspace) => owner.Post(
        $"/workspaces/{workspace}/invitations", new { email = Account.NewEmail(), role = "viewer" });
}
