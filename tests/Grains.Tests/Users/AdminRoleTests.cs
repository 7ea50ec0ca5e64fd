using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using Xunit;

namespace Ax2.Users;

public sealed class AdminRoleTests
{
    [Fact]
    public void Nobody_IsAnAdminByDefault()
    {
        var (role, _) = Role();

        Assert.False(role.IsHeldByAnybody);
        Assert.False(role.IsHeldBy(User("kim@example.com")));
        Assert.False(role.IsHeldBy(User("")));
    }

    [Fact]
    public void Email_IsComparedAsUsersHaveIt()
    {
        var (role, _) = Role(" Kim@Example.COM ");

        Assert.True(role.IsHeldBy(User("kim@example.com")));
        Assert.False(role.IsHeldBy(User("kim@example.com.evil.com")));
    }

    /// <summary>Whoever signs up first with an admin's address is no admin by it.</summary>
    [Fact]
    public void Email_ThatIsNotVerified_GivesNoRole() =>
        Assert.False(Role("kim@example.com").Role.IsHeldBy(User("kim@example.com") with { IsEmailVerified = false }));

    [Fact]
    public void Email_TakenFromTheConfiguration_LosesTheRoleAtOnce()
    {
        var (role, configuration) = Role("kim@example.com");
        Assert.True(role.IsHeldBy(User("kim@example.com")));

        configuration["Admin:Emails:0"] = "lee@example.com";
        configuration.Reload();

        Assert.False(role.IsHeldBy(User("kim@example.com")));
        Assert.True(role.IsHeldBy(User("lee@example.com")));
    }

    [Fact]
    public void Email_ThatIsNone_IsRefused() =>
        Assert.Throws<OptionsValidationException>(() => Role("not an address").Role.IsHeldByAnybody);

    private static UserProfile User(string email) => new(
        Guid.Empty, email, "", Guid.Empty, default, PlanName.Standard, IsEmailVerified: true, UserLanguages.English,
        null);

    private static (AdminRole Role, IConfigurationRoot Configuration) Role(params string[] emails)
    {
        var configuration = new ConfigurationBuilder()
            .AddInMemoryCollection(emails.Select((email, i) => KeyValuePair.Create($"Admin:Emails:{i}", (string?)email)))
            .Build();
        var services = new ServiceCollection().AddGrainServices(configuration).BuildServiceProvider();
        return (services.GetRequiredService<AdminRole>(), configuration);
    }
}
