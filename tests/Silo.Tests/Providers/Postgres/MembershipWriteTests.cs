using Ax2.TestKit;
using Xunit;

namespace Ax2.Tests.Postgres;

[NeedsProcesses]
public sealed class MembershipWriteTests(MigratedDatabase database) : IClassFixture<MigratedDatabase>, IAsyncLifetime
{
    private readonly string cluster = Silo.NewCluster();
    private ProviderQueries queries = null!;

    private Silo First => new(cluster, 11111);

    public async ValueTask InitializeAsync()
    {
        queries = await ProviderQueries.OnAsync(database);
        Assert.True(await queries.YesAsync("InsertMembershipVersionKey", ("DeploymentId", cluster)));
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    [Fact]
    public async Task InsertVersion_Repeated_IsNoAndKeepsTheVersion()
    {
        Assert.True(await queries.YesAsync("InsertMembershipKey", First.Insert(0)));

        Assert.False(await queries.YesAsync("InsertMembershipVersionKey", ("DeploymentId", cluster)));

        Assert.Equal(1, await VersionAsync());
    }

    [Fact]
    public async Task InsertVersion_ManyAtOnce_ExactlyOneCreates()
    {
        var other = Silo.NewCluster();

        var answers = await AtOnce(8, _ => queries.YesAsync("InsertMembershipVersionKey", ("DeploymentId", other)));

        Assert.Single(answers, yes => yes);
    }

    [Fact]
    public async Task Insert_WrongVersion_ChangesNothing()
    {
        Assert.False(await queries.YesAsync("InsertMembershipKey", First.Insert(7)));

        Assert.Empty(await PortsAsync());
        Assert.Equal(0, await VersionAsync());
    }

    [Fact]
    public async Task Insert_NoVersionRow_ChangesNothing() =>
        Assert.False(await queries.YesAsync("InsertMembershipKey", (First with { Cluster = "unknown" }).Insert(0)));

    [Fact]
    public async Task Insert_MemberExists_ChangesNothing()
    {
        Assert.True(await queries.YesAsync("InsertMembershipKey", First.Insert(0)));

        Assert.False(await queries.YesAsync("InsertMembershipKey", First.Insert(1, Silo.Dead)));

        Assert.Equal(1, await VersionAsync());
        Assert.Equal(Silo.Active, (await ReadAsync(First))["Status"]);
    }

    [Fact]
    public async Task Insert_ManyJoinWithOneVersion_ExactlyOneWins()
    {
        for (var version = 0; version < 10; version++)
        {
            var read = version;
            var answers = await AtOnce(
                6, i => queries.YesAsync("InsertMembershipKey", new Silo(cluster, (read * 100) + i).Insert(read)));

            Assert.Single(answers, yes => yes);
            Assert.Equal(version + 1, await VersionAsync());
            Assert.Equal(version + 1, (await PortsAsync()).Count);
        }
    }

    [Fact]
    public async Task Update_RightVersion_WritesTheMemberAndBumps()
    {
        Assert.True(await queries.YesAsync("InsertMembershipKey", First.Insert(0)));
        const string Votes =
            "10.0.0.2:11111@3,2026-01-02 03:04:05.678 GMT|10.0.0.3:11111@4,2026-01-02 03:04:06.000 GMT";

        Assert.True(await queries.YesAsync("UpdateMembershipKey", First.Update(1, Silo.Dead, Votes)));

        var row = await ReadAsync(First);
        Assert.Equal(
            [Silo.Dead, Votes, Silo.Start, Silo.Start.AddMinutes(1), 2],
            new[] { row["Status"], row["SuspectTimes"], row["StartTime"], row["IAmAliveTime"], row["Version"] });
    }

    [Theory]
    [InlineData(0)]
    [InlineData(2)]
    public async Task Update_WrongVersion_ChangesNothing(int version)
    {
        Assert.True(await queries.YesAsync("InsertMembershipKey", First.Insert(0)));

        Assert.False(await queries.YesAsync("UpdateMembershipKey", First.Update(version, Silo.Dead)));

        Assert.Equal(1, await VersionAsync());
        Assert.Equal(Silo.Active, (await ReadAsync(First))["Status"]);
    }

    [Fact]
    public async Task Update_UnknownMember_ChangesNothing()
    {
        Assert.False(await queries.YesAsync("UpdateMembershipKey", First.Update(0, Silo.Dead)));

        Assert.Equal(0, await VersionAsync());
    }

    [Fact]
    public async Task Update_NoVotes_ClearsThem()
    {
        Assert.True(await queries.YesAsync("InsertMembershipKey", First.Insert(0)));
        Assert.True(await queries.YesAsync("UpdateMembershipKey", First.Update(1, Silo.Active, "vote")));

        Assert.True(await queries.YesAsync("UpdateMembershipKey", First.Update(2, Silo.Active)));

        Assert.Null((await ReadAsync(First))["SuspectTimes"]);
    }

    [Fact]
    public async Task Update_ManyWithOneVersion_ExactlyOneWins()
    {
        Assert.True(await queries.YesAsync("InsertMembershipKey", First.Insert(0)));

        var answers = await AtOnce(
            8, i => queries.YesAsync("UpdateMembershipKey", First.Update(1, Silo.Active, $"vote{i}")));

        Assert.Single(answers, yes => yes);
        Assert.Equal(2, await VersionAsync());
    }

    [Fact]
    public async Task IAmAlive_Known_TouchesOnlyTheTime()
    {
        Assert.True(await queries.YesAsync("InsertMembershipKey", First.Insert(0)));
        var before = await ReadAsync(First);

        Assert.Empty(await queries.RowsAsync(
            "UpdateIAmAlivetimeKey", [.. First.Key, ("IAmAliveTime", Silo.Start.AddSeconds(30))]));

        var after = await ReadAsync(First);
        Assert.Equal(Silo.Start.AddSeconds(30), after["IAmAliveTime"]);
        before.Values["IAmAliveTime"] = after["IAmAliveTime"];
        Assert.Equal(before.Values, after.Values);
    }

    [Fact]
    public async Task IAmAlive_Unknown_DoesNothing()
    {
        Assert.Empty(await queries.RowsAsync("UpdateIAmAlivetimeKey", [.. First.Key, ("IAmAliveTime", Silo.Start)]));

        Assert.Empty(await PortsAsync());
    }

    [Fact]
    public async Task DeleteEntries_Always_RemovesMembersAndVersionOfThatClusterOnly()
    {
        var other = Silo.NewCluster();
        Assert.True(await queries.YesAsync("InsertMembershipVersionKey", ("DeploymentId", other)));
        Assert.True(await queries.YesAsync("InsertMembershipKey", First.Insert(0)));

        Assert.Empty(await queries.RowsAsync("DeleteMembershipTableEntriesKey", ("DeploymentId", cluster)));

        Assert.Empty(await queries.RowsAsync("MembershipReadAllKey", ("DeploymentId", cluster)));
        Assert.Single(await queries.RowsAsync("MembershipReadAllKey", ("DeploymentId", other)));
    }

    private static async Task<bool[]> AtOnce(int count, Func<int, Task<bool>> call) =>
        await Task.WhenAll(Enumerable.Range(0, count).Select(i => Task.Run(() => call(i))));

    private async Task<Row> ReadAsync(Silo silo) =>
        Assert.Single(await queries.RowsAsync("MembershipReadRowKey", silo.Key));

    private Task<List<Row>> AllAsync() => queries.RowsAsync("MembershipReadAllKey", ("DeploymentId", cluster));

    private async Task<List<int>> PortsAsync() => [.. (await AllAsync()).Select(row => row["Port"]).OfType<int>()];

    private async Task<int> VersionAsync() => (int)(await AllAsync())[0]["Version"]!;
}
