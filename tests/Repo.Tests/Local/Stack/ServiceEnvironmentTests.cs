using Ax2.Local;
using Xunit;

namespace Ax2.Repo.Tests.Local;

public sealed class ServiceEnvironmentTests
{
    private static readonly LocalLayout Layout = new("/repo", "/home", 7000);

    [Fact]
    public void ForSilo_NothingGiven_SetsEverythingThatASiloNeeds()
    {
        var environment = ServiceEnvironment.ForSilo(Layout, 1, 3, "Host=db", []);

        Assert.Equal("Host=db", environment["ConnectionStrings__Postgres"]);
        Assert.Equal("local", environment["Orleans__ClusterId"]);
        Assert.Equal("ax2-caption", environment["Orleans__ServiceId"]);
        Assert.Equal("silo 1", environment["Orleans__SiloName"]);
        Assert.Equal("7013", environment["Orleans__SiloPort"]);
        Assert.Equal("7014", environment["Orleans__GatewayPort"]);
        Assert.Equal("http://127.0.0.1:7015", environment["ASPNETCORE_URLS"]);
        Assert.Equal("Production", environment["DOTNET_ENVIRONMENT"]);
        Assert.Equal("/home/objects", environment["Storage__Disk__Folder"]);
        Assert.Equal("/home/secrets/object-signing.key", environment["Storage__Disk__SigningKeyFile"]);
        Assert.Equal("/home/outbox", environment["Mail__Outbox__Folder"]);
        Assert.Equal("http://127.0.0.1:7000", environment["SignIn__Origin"]);
        Assert.Equal("/home/models", environment["Speech__Embedded__ModelFolder"]);
        Assert.Equal("/home/tmp", environment["Media__Ffmpeg__TemporaryFolder"]);
        Assert.Equal("/home/secrets/operator.password", environment["Operator__PasswordFile"]);
        Assert.Equal("/home/secrets/state.key", environment["Secrets__Keys__local"]);
        Assert.Equal("local", environment["Secrets__CurrentKey"]);
    }

    [Fact]
    public void ForApi_NothingGiven_GetsNoneOfTheSilosSecrets()
    {
        var environment = ServiceEnvironment.ForApi(Layout, "Host=db", []);

        Assert.Equal("http://127.0.0.1:7000", environment["ASPNETCORE_URLS"]);
        Assert.Equal("/home/outbox", environment["Mail__Outbox__Folder"]);
        Assert.DoesNotContain("Operator__PasswordFile", environment.Keys);
        Assert.DoesNotContain(environment.Keys, name => name.StartsWith("Secrets", StringComparison.Ordinal));
        Assert.DoesNotContain("Orleans__SiloPort", environment.Keys);
    }

    [Theory]
    [InlineData(2, 1, 2)]
    [InlineData(2, 2, 1)]
    [InlineData(2, 3, 1)]
    [InlineData(16, 3, 5)]
    public void ShareOfProcessors_OfSilosOnOneMachine_AddsUpToItsProcessorsOrIsOne(
        int processors, int silos, int expected) =>
        Assert.Equal(expected, StackPlan.ShareOfProcessors(processors, silos));

    [Theory]
    [InlineData(1, "1")]
    [InlineData(5, "2")]
    public void ForSilo_WithItsShareOfTheProcessors_ComputesWithNoMore(int processors, string cutters)
    {
        var environment = ServiceEnvironment.ForSilo(Layout, 0, processors, "", []);

        Assert.Equal($"{processors}", environment["Speech__Embedded__Threads"]);
        Assert.Equal($"{processors}", environment["Passwords__Argon2__MaxConcurrent"]);
        Assert.Equal(cutters, environment["Jobs__MaxCuttersPerSilo"]);
    }

    [Theory]
    [InlineData("Storage__Disk__Folder")]
    [InlineData("STORAGE__DISK__FOLDER")]
    public void ForSilo_CallerHasSetIt_CallerWins(string name) =>
        Assert.DoesNotContain("Storage__Disk__Folder", ServiceEnvironment.ForSilo(Layout, 0, 1, "", [name]).Keys);

    [Fact]
    public void ForSilo_CallerHasSetAddresses_EverySiloKeepsItsOwn()
    {
        string[] given = ["ASPNETCORE_URLS", "Orleans__SiloPort", "Orleans__GatewayPort"];

        var environment = ServiceEnvironment.ForSilo(Layout, 0, 1, "", given);

        Assert.Equal("http://127.0.0.1:7012", environment["ASPNETCORE_URLS"]);
        Assert.Equal("7010", environment["Orleans__SiloPort"]);
        Assert.Equal("7011", environment["Orleans__GatewayPort"]);
    }

    [Theory]
    [InlineData("ConnectionStrings__Postgres", "Host=db", "Host=db")]
    [InlineData("CONNECTIONSTRINGS__POSTGRES", "Host=db", "Host=db")]
    [InlineData("ConnectionStrings__Postgres", "", null)]
    [InlineData("Other", "Host=db", null)]
    public void ExternalPostgres_OnlyAGivenConnectionString_Counts(string name, string value, string? expected) =>
        Assert.Equal(expected, StackPlan.ExternalPostgres(new Dictionary<string, string> { [name] = value }));
}
