namespace Ax2.Benchmarks.Answers.Routes;

/// <summary>What users do with their own accounts.</summary>
internal static class AccountRoutes
{
    /// <param name="user">Is read and changed; its password stays the same.</param>
    public static IEnumerable<RouteCall> Of(World world, Account user)
    {
        yield return new PlainCall("GET /api/v1/me", "200", () => user.Get("/me"))
        {
            FindFault = answer => answer.Json.GetProperty("email").GetString() == user.Email ? null : "another user",
        };
        yield return new PlainCall("GET /api/v1/me/export", "200", () => user.Get("/me/export"))
        {
            FindFault = answer => answer.Json.GetProperty("records").GetArrayLength() > 0 ? null : "no records",
        };
        yield return new PlainCall("POST /api/v1/me/email-verification", "202", () =>
            user.Post("/me/email-verification"));
        yield return new PlainCall("POST /api/v1/me/email", "202", () =>
            user.Post("/me/email", new { Account.Password, email = Account.NewEmail() }))
        {
            Pause = AllRoutes.Slow,
        };
        yield return new PlainCall("POST /api/v1/me/password", "204", () =>
            user.Post("/me/password", new { Account.Password, newPassword = Account.Password }))
        {
            Pause = AllRoutes.Slow,
        };
        yield return new SupplyCall<Account>(
            "POST /api/v1/me/deletion", "202", world.Supply(() => world.Accounts.SignUpAsync()),
            account => account.Post("/me/deletion", new { Account.Password }))
        {
            // It ends every session of the account.
            WhenRepeated = ["401 not_signed_in"],
            Pause = AllRoutes.Slow,
        };
        yield return new SupplyCall<Account>(
            "DELETE /api/v1/me/deletion", "204", world.Supply(() => LeavingAsync(world)),
            account => account.Delete("/me/deletion"))
        {
            WhenRepeated = ["404"],
            Pause = AllRoutes.Slow,
        };
    }

    /// <summary>Somebody who asked to be deleted, and came back.</summary>
    private static async Task<Account> LeavingAsync(World world)
    {
        var account = await world.Accounts.SignUpAsync();
        await world.Wire.AskAsync(account.Post("/me/deletion", new { Account.Password }));
        return await world.Accounts.SignInAsync(account.Email);
    }
}
