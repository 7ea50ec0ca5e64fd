namespace Ax2.Benchmarks.Answers.Routes;

/// <summary>A caller for every route.</summary>
internal static class AllRoutes
{
    /// <summary>For requests that cost a password hash, or a new account for each.</summary>
    public static readonly TimeSpan Slow = TimeSpan.FromSeconds(5);

    public static async Task<IReadOnlyList<RouteCall>> OfAsync(World world, SampleAudioPair audio) =>
    [
        .. PageRoutes.Of(world),
        .. SignInRoutes.Of(world, await world.Accounts.SignUpAsync()),
        .. FactorRoutes.Of(world, await world.Accounts.SignUpAsync()),
        .. ProviderRoutes.Of(world, await world.Accounts.SignUpAsync()),
        .. AccountRoutes.Of(world, await world.Accounts.SignUpAsync()),
        .. SessionRoutes.Of(world, await world.Accounts.SignUpAsync()),
        .. KeyRoutes.Of(world, await world.Accounts.SignUpAsync()),
        .. WorkspaceRoutes.Of(world),
        .. MemberRoutes.Of(world, await OwnedAsync(world), await OwnedAsync(world)),
        .. CreditRoutes.Of(world),
        .. await MediaRoutes.OfAsync(world, audio, await world.Accounts.SignUpAsync()),
        .. JobRoutes.Of(world, audio),
        .. AdminRoutes.Of(world, await world.Accounts.SignUpAsync()),
    ];

    private static async Task<(Account Owner, Guid Workspace)> OwnedAsync(World world)
    {
        var owner = await world.Accounts.SignUpVerifiedAsync();
        return (owner, await world.Accounts.CreateWorkspaceAsync(owner));
    }
}
