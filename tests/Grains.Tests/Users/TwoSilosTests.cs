using Ax2.Admin;
using Ax2.Credits;
using Ax2.TestKit.Admin;
using Ax2.TestKit.Credits;
using Ax2.TestKit.Users;
using Ax2.Users.Emails;
using Microsoft.Extensions.DependencyInjection;
using Orleans.Hosting;
using Orleans.TestingHost;
using Xunit;

namespace Ax2.Users;

/// <summary>An address has one owner, however many ask for it wherever in the cluster.</summary>
public sealed class TwoSilosTests
{
    private const int Callers = 60;
    private static readonly RecordingMailer _mailer = new();

    [Fact]
    public async Task Register_OneAddressInManySpellings_FromManyAtOnce_HasOneOwner()
    {
        var builder = new InProcessTestClusterBuilder(2);
        builder.ConfigureSilo((_, silo) => Configure(silo));
        await using var cluster = builder.Build();
        await cluster.DeployAsync(TestContext.Current.CancellationToken);
        var users = Enumerable.Range(0, Callers).Select(_ => Guid.CreateVersion7()).ToList();
        string[] spellings = ["kim@example.com", " Kim@Example.com ", "KIM@EXAMPLE.COM"];

        var answers = await Task.WhenAll(users.Select((id, i) => cluster.Client.GetGrain<IUserGrain>(id)
            .Register(
                new RegisterUser(spellings[i % spellings.Length], "correct horse battery", ""),
                TestContext.Current.CancellationToken)));

        var winner = Assert.Single(answers, answer => answer.Profile is not null).Profile!;
        Assert.Equal(Callers - 1, answers.Count(answer => answer.Refusal?.Code == UserRefusals.EmailTaken));
        var address = cluster.Client.GetGrain<IEmailAddressGrain>(EmailAddress.GrainKey("kim@example.com"));
        Assert.Equal(winner.UserId, await address.GetOwner());
        var profiles = await Task.WhenAll(users.Select(id => cluster.Client.GetGrain<IUserGrain>(id).GetProfile()));
        Assert.Equal(winner, Assert.Single(profiles.OfType<UserProfile>()));
    }

    private static void Configure(ISiloBuilder silo)
    {
        silo.AddMemoryGrainStorageAsDefault();
        silo.UseInMemoryReminderService();
        silo.Services.AddSingleton(TimeProvider.System);
        silo.Services.AddGrainServices(silo.Configuration);
        silo.Services.AddSingleton<IAuditLog>(new InMemoryAuditLog());
        silo.Services.AddInMemoryCredits(new InMemoryCredits());
        silo.Services.AddSingleton<IPasswordHasher>(new CountingPasswordHasher());
        silo.Services.AddSingleton<IMailer>(_mailer);
    }
}
