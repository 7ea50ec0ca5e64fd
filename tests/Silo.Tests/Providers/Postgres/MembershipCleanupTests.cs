using Ax2.TestKit;
using Xunit;

namespace Ax2.Tests.Postgres;

[NeedsProcesses]
public sealed class MembershipCleanupTests(MigratedDatabase database) : IClassFixture<MigratedDatabase>, IAsyncLifetime
{
    private const string Votes = "10.0.0.2:11111@3,2026-01-02 03:04:05.678 GMT";

    private readonly string cluster = Silo.NewCluster();
    private ProviderQueries queries = null!;
    private int version;

    private Silo Dead => new(cluster, 6);

    public async ValueTask InitializeAsync()
    {
        queries = await ProviderQueries.OnAsync(database);
        Assert.True(await queries.YesAsync("InsertMembershipVersionKey", ("DeploymentId", cluster)));
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    [Fact]
    public async Task CleanupEntries_Always_RemovesOnlyOldDeadSilos()
    {
        await AddAsync(Dead, Silo.Dead);
        await AddAsync(new Silo(cluster, Silo.Joining), Silo.Joining);
        await AddAsync(new Silo(cluster, Silo.Active), Silo.Active);
        await AddAsync(new Silo(cluster, 99), Silo.Dead);
        await queries.RowsAsync("UpdateIAmAlivetimeKey",
            [.. new Silo(cluster, 99).Key, ("IAmAliveTime", Silo.Start.AddDays(1))]);

        Assert.Empty(await queries.RowsAsync("CleanupDefunctSiloEntriesKey",
            ("DeploymentId", cluster), ("IAmAliveTime", Silo.Start.AddHours(1))));

        var rows = await AllAsync();
        Assert.Equal([Silo.Joining, Silo.Active, 99], rows.Select(row => (int)row["Port"]!).Order());
        Assert.All(rows, row => Assert.Equal(version, row["Version"]));
    }

    [Theory]
    [InlineData(null, null)]
    [InlineData(null, "")]
    [InlineData("", null)]
    [InlineData(Votes, Votes)]
    public async Task CleanupEntry_RowIsAsItWasRead_RemovesIt(string? stored, string? passed)
    {
        await AddAsync(Dead, Silo.Active);
        await UpdateAsync(Dead, Silo.Dead, stored);
        var row = Assert.Single(await AllAsync());

        await CleanupAsync((DateTime)row["StartTime"]!, (DateTime)row["IAmAliveTime"]!, passed);

        Assert.Null(Assert.Single(await AllAsync())["StartTime"]);
        Assert.Equal(version, Assert.Single(await AllAsync())["Version"]);
    }

    [Fact]
    public async Task CleanupEntry_TimesFinerThanMilliseconds_StillMatchWhatIsRead()
    {
        (string, object?)[] fine =
            [.. Dead.Insert(version).Where(p => p.Item1 != "StartTime"), ("StartTime", Silo.Start.AddTicks(5))];
        Assert.True(await queries.YesAsync("InsertMembershipKey", fine));
        version++;
        await UpdateAsync(Dead, Silo.Dead, null);
        var row = Assert.Single(await AllAsync());

        await CleanupAsync((DateTime)row["StartTime"]!, (DateTime)row["IAmAliveTime"]!, null);

        Assert.Null(Assert.Single(await AllAsync())["StartTime"]);
    }

    [Theory]
    [InlineData(1, 0, Votes)]
    [InlineData(0, 1, Votes)]
    [InlineData(0, 0, "other")]
    [InlineData(0, 0, null)]
    public async Task CleanupEntry_RowWasTouched_KeepsIt(int startMs, int aliveMs, string? passed)
    {
        await AddAsync(Dead, Silo.Active);
        await UpdateAsync(Dead, Silo.Dead, Votes);

        await CleanupAsync(
            Silo.Start.AddMilliseconds(startMs), Silo.Start.AddMinutes(1).AddMilliseconds(aliveMs), passed);

        Assert.NotNull(Assert.Single(await AllAsync())["StartTime"]);
    }

    [Fact]
    public async Task CleanupEntry_SiloIsNotDead_KeepsIt()
    {
        await AddAsync(Dead, Silo.Joining);

        await CleanupAsync(Silo.Start, Silo.Start, null);

        Assert.NotNull(Assert.Single(await AllAsync())["StartTime"]);
    }

    private async Task AddAsync(Silo silo, int status) =>
        Assert.True(await queries.YesAsync("InsertMembershipKey", silo.Insert(version++, status)));

    private async Task UpdateAsync(Silo silo, int status, string? votes) =>
        Assert.True(await queries.YesAsync("UpdateMembershipKey", silo.Update(version++, status, votes)));

    private async Task CleanupAsync(DateTime start, DateTime iAmAlive, string? votes) =>
        Assert.Empty(await queries.RowsAsync("CleanupDefunctSiloEntryKey", Dead.Cleanup(start, iAmAlive, votes)));

    private Task<List<Row>> AllAsync() => queries.RowsAsync("MembershipReadAllKey", ("DeploymentId", cluster));
}
