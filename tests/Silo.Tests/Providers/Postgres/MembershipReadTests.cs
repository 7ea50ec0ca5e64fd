using Ax2.TestKit;
using Xunit;

namespace Ax2.Tests.Postgres;

[NeedsProcesses]
public sealed class MembershipReadTests(MigratedDatabase database) : IClassFixture<MigratedDatabase>, IAsyncLifetime
{
    private readonly string cluster = Silo.NewCluster();
    private ProviderQueries queries = null!;

    public async ValueTask InitializeAsync()
    {
        queries = await ProviderQueries.OnAsync(database);
        Assert.True(await queries.YesAsync("InsertMembershipVersionKey", ("DeploymentId", cluster)));
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    [Fact]
    public async Task ReadAll_NoMembers_IsOneRowWithTheVersionAndNoStartTime() =>
        AssertNobody(Assert.Single(await queries.RowsAsync("MembershipReadAllKey", ("DeploymentId", cluster))), 0);

    [Fact]
    public async Task ReadRow_UnknownSilo_IsOneRowWithTheVersionAndNoStartTime()
    {
        var known = new Silo(cluster, 11111);
        Assert.True(await queries.YesAsync("InsertMembershipKey", known.Insert(0)));

        var rows = await queries.RowsAsync("MembershipReadRowKey", (known with { Generation = 2 }).Key);

        AssertNobody(Assert.Single(rows), 1);
    }

    [Theory]
    [InlineData("MembershipReadAllKey")]
    [InlineData("MembershipReadRowKey")]
    public async Task Read_Member_HasTheWholeRowShape(string key)
    {
        var silo = new Silo(cluster, 11111);
        Assert.True(await queries.YesAsync("InsertMembershipKey", silo.Insert(0)));

        var row = Assert.Single(await queries.RowsAsync(key, silo.Key));

        row.AssertTypes(
            ("Address", "text"), ("Port", "integer"), ("Generation", "integer"), ("SiloName", "text"),
            ("HostName", "text"), ("Status", "integer"), ("ProxyPort", "integer"), ("SuspectTimes", "text"),
            ("StartTime", "timestamp(3) with time zone"), ("IAmAliveTime", "timestamp(3) with time zone"),
            ("Version", "integer"));
        Assert.Equal(
            ["10.0.0.1", 11111, 1, "silo", "host", Silo.Active, 30000, null, Silo.Start, Silo.Start, 1],
            row.Values.Values);
        Assert.Equal(DateTimeKind.Utc, ((DateTime)row["StartTime"]!).Kind);
    }

    [Fact]
    public async Task ReadAll_SeveralMembers_CarriesTheTableVersionOnEachRow()
    {
        await AddAsync(new Silo(cluster, 1).Insert(0), new Silo(cluster, 2).Insert(1), new Silo(cluster, 3).Insert(2));

        var rows = await queries.RowsAsync("MembershipReadAllKey", ("DeploymentId", cluster));

        Assert.Equal([1, 2, 3], rows.Select(row => (int)row["Port"]!).Order());
        Assert.All(rows, row => Assert.Equal(3, row["Version"]));
    }

    [Fact]
    public async Task Gateways_Always_AreTheActiveSilosWithAProxyPort()
    {
        await AddAsync(
            new Silo(cluster, 1).Insert(0, Silo.Active, proxyPort: 30001),
            new Silo(cluster, 2).Insert(1, Silo.Active, proxyPort: 0),
            new Silo(cluster, 3).Insert(2, Silo.Joining, proxyPort: 30003),
            new Silo(cluster, 4).Insert(3, Silo.Dead, proxyPort: 30004));

        var row = Assert.Single(
            await queries.RowsAsync("GatewaysQueryKey", ("DeploymentId", cluster), ("Status", Silo.Active)));

        row.AssertTypes(("Address", "text"), ("ProxyPort", "integer"), ("Generation", "integer"));
        Assert.Equal(["10.0.0.1", 30001, 1], row.Values.Values);
    }

    [Fact]
    public async Task Gateways_NoMembers_AreNone() =>
        Assert.Empty(await queries.RowsAsync("GatewaysQueryKey", ("DeploymentId", cluster), ("Status", Silo.Active)));

    private async Task AddAsync(params (string, object?)[][] members)
    {
        foreach (var member in members)
        {
            Assert.True(await queries.YesAsync("InsertMembershipKey", member));
        }
    }

    private static void AssertNobody(Row row, int version) =>
        Assert.All(row.Values, pair => Assert.Equal(pair.Key == "Version" ? version : null, pair.Value));
}
