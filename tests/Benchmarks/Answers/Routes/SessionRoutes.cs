using Ax2.Users;

namespace Ax2.Benchmarks.Answers.Routes;

/// <summary>Where a user is signed in.</summary>
internal static class SessionRoutes
{
    /// <param name="user">Has one session that stays, and others that are ended.</param>
    public static IEnumerable<RouteCall> Of(World world, Account user)
    {
        yield return new PlainCall("GET /api/v1/sessions", "200", () => user.Get("/sessions"))
        {
            FindFault = answer => answer.Json.GetProperty("items").GetArrayLength() > 0 ? null : "no session",
        };
        yield return new SupplyCall<Account>(
            "DELETE /api/v1/sessions/current", "204", world.Supply(() => world.Accounts.SignInAsync(user.Email)),
            session => session.Delete("/sessions/current"))
        {
            WhenRepeated = ["401 not_signed_in"],
            Pause = AllRoutes.Slow,
        };
        yield return new SupplyCall<Guid>(
            "DELETE /api/v1/sessions/{id}", "204",
            world.Supply(async () =>
                RefreshToken.Read((await world.Accounts.SignInAsync(user.Email)).RefreshToken)!.SessionId),
            session => user.Delete($"/sessions/{session}"))
        {
            WhenRepeated = ["404"],
            Pause = AllRoutes.Slow,
        };
        // Of an account of its own: it would end the sessions of the others.
        yield return new SupplyCall<Account>(
            "DELETE /api/v1/sessions", "204", world.Supply(() => world.Accounts.SignUpAsync()),
            account => account.Delete("/sessions?keepCurrent=true"))
        {
            Pause = AllRoutes.Slow,
        };
    }
}
