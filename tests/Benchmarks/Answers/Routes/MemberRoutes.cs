namespace Ax2.Benchmarks.Answers.Routes;

/// <summary>Who is in a workspace, comes and goes.</summary>
internal static class MemberRoutes
{
    /// <param name="joined">New members come to it all the while.</param>
    /// <param name="left">Members leave it.</param>
    public static IEnumerable<RouteCall> Of(
        World world, (Account Owner, Guid Workspace) joined, (Account Owner, Guid Workspace) left)
    {
        var (owner, id) = (world.Owner, world.Workspace);
        yield return new PlainCall("GET /api/v1/workspaces/{workspaceId}/members", "200", () =>
            owner.Get($"/workspaces/{id}/members"))
        {
            FindFault = answer => answer.Text.Contains($"{world.Member.UserId}", StringComparison.Ordinal)
                ? null
                : "a member is missing",
        };
        yield return new PlainCall("PATCH /api/v1/workspaces/{workspaceId}/members/{userId}", "204", () =>
            owner.Request(
                HttpMethod.Patch, $"/workspaces/{id}/members/{world.Member.UserId}", new { role = "editor" }));
        yield return new SupplyCall<Account>(
            "DELETE /api/v1/workspaces/{workspaceId}/members/{userId}", "204",
            world.Supply(() => world.Accounts.JoinAsync(joined.Owner, joined.Workspace)),
            member => joined.Owner.Delete($"/workspaces/{joined.Workspace}/members/{member.UserId}"))
        {
            WhenRepeated = ["404"],
            Pause = AllRoutes.Slow,
        };
        yield return new SupplyCall<Account>(
            "DELETE /api/v1/workspaces/{workspaceId}/members/me", "204",
            world.Supply(() => world.Accounts.JoinAsync(left.Owner, left.Workspace)),
            member => member.Delete($"/workspaces/{left.Workspace}/members/me"))
        {
            WhenRepeated = ["404"],
            Pause = AllRoutes.Slow,
        };
        yield return new SupplyCall<(Account Guest, string Token)>(
            "POST /api/v1/invitations/accept", "200", world.Supply(async () =>
            {
                var guest = await world.Accounts.SignUpVerifiedAsync();
                return (guest, await world.Accounts.InviteAsync(joined.Owner, joined.Workspace, guest.Email));
            }),
            invitation => invitation.Guest.Post("/invitations/accept", new { invitation.Token }))
        {
            // An invitation is used up by its acceptance.
            WhenRepeated = ["404"],
            Pause = AllRoutes.Slow,
        };
    }
}
