namespace Ax2.Benchmarks.Answers.Routes;

/// <summary>The second factor, and the sign-in that asks for it.</summary>
internal static class FactorRoutes
{
    /// <param name="user">Keeps the factor off.</param>
    public static IEnumerable<RouteCall> Of(World world, Account user)
    {
        yield return new PlainCall("GET /api/v1/second-factor", "200", () => user.Get("/second-factor"));
        yield return new PlainCall("POST /api/v1/second-factor", "200", () => user.Post("/second-factor"));
        yield return new SupplyCall<(Account User, string Secret)>(
            "POST /api/v1/second-factor/confirm", "200", world.Supply(async () =>
            {
                var account = await world.Accounts.SignUpAsync();
                return (account, await world.Accounts.BeginFactorAsync(account));
            }),
            factor => factor.User.Post(
                "/second-factor/confirm", new { code = Accounts.AppCode(factor.Secret) }))
        {
            WhenRepeated = ["409"],
            Pause = AllRoutes.Slow,
        };
        yield return Change("recovery-codes", "200", world);
        yield return Change("off", "204", world);
        yield return new SupplyCall<(string Challenge, string Code)>(
            "POST /api/v1/sessions/code", "201", Challenges(world),
            step => Account.OpenPost("/sessions/code", new { step.Challenge, step.Code }))
        {
            WhenRepeated = ["401"],
            // The first step lives in a silo's memory, for some minutes.
            WhenForgotten = ["401 challenge_over"],
            Pause = AllRoutes.Slow,
        };
    }

    private static SupplyCall<(Account User, string Code)> Change(string change, string right, World world) => new(
        $"POST /api/v1/second-factor/{change}", right,
        world.Supply(async () =>
        {
            var (account, codes) = await world.Accounts.SignUpWithFactorAsync();
            return (account, codes.Dequeue());
        }),
        factor => factor.User.Post($"/second-factor/{change}", new { factor.Code }))
    {
        // A code is good once.
        WhenRepeated = ["401", "409"],
        Pause = AllRoutes.Slow,
    };

    /// <summary>First steps of sign-ins, with a code for the second each.</summary>
    private static Supply<(string Challenge, string Code)> Challenges(World world)
    {
        (Account User, Queue<string> Codes)? current = null;
        return world.Supply(async () =>
        {
            if (current is null || current.Value.Codes.Count == 0)
            {
                current = await world.Accounts.SignUpWithFactorAsync();
            }

            var (user, codes) = current.Value;
            var first = await world.Wire.SendAsync(
                Account.OpenPost("/sessions", new { user.Email, Account.Password }));
            return first.Answer is { Code: "mfa_required" } answer
                ? (answer.Json.GetProperty("challenge").GetString()!, codes.Dequeue())
                : throw new PreparationException($"The first step of a sign-in was answered {first.Answer}.");
        });
    }
}
