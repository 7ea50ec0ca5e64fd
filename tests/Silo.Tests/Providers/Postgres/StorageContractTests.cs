using Ax2.TestKit;
using Xunit;

namespace Ax2.Tests.Postgres;

[NeedsProcesses]
public sealed class StorageContractTests(MigratedDatabase database) : IClassFixture<MigratedDatabase>, IAsyncLifetime
{
    private static readonly byte[] One = [1, 0, 255];
    private static readonly byte[] Two = [2];

    private readonly Key key = new(Service: "s-" + Guid.CreateVersion7());
    private ProviderQueries queries = null!;

    public async ValueTask InitializeAsync() => queries = await ProviderQueries.OnAsync(database);

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    [Fact]
    public async Task Read_NothingStored_IsNoRow() =>
        Assert.Empty(await queries.RowsAsync("ReadFromStorageKey", key.All));

    [Fact]
    public async Task Write_First_IsAVersionAndReadsBack()
    {
        var first = await WriteAsync(null, One);

        var row = Assert.Single(await queries.RowsAsync("ReadFromStorageKey", key.All));

        row.AssertTypes(("PayloadBinary", "bytea"), ("Version", "integer"));
        Assert.Equal(One, row["PayloadBinary"]);
        Assert.Equal(first, row["Version"]);
        Assert.InRange(first!.Value, 1, 1_000_000_000);
    }

    [Fact]
    public async Task Write_FirstWhenARowExists_IsNoRowAndChangesNothing()
    {
        var first = await WriteAsync(null, One);

        Assert.Null(await WriteAsync(null, Two));

        Assert.Equal(("0100FF", first), await ReadAsync());
    }

    [Fact]
    public async Task Write_ManyFirstAtOnce_ExactlyOneWins()
    {
        for (var round = 0; round < 10; round++)
        {
            var fresh = key with { N1 = round };
            var answers = await AtOnce(8, () => WriteAsync(null, One, fresh));

            Assert.Single(answers, version => version is not null);
            Assert.Single(await queries.RowsAsync("ReadFromStorageKey", fresh.All));
        }
    }

    [Fact]
    public async Task Write_RightVersion_IsTheNextVersion()
    {
        var first = await WriteAsync(null, One);

        Assert.Equal(first + 1, await WriteAsync(first, Two));

        Assert.Equal(("02", first + 1), await ReadAsync());
    }

    [Theory]
    [InlineData(-1)]
    [InlineData(1)]
    public async Task Write_WrongVersion_IsNoRowAndChangesNothing(int difference)
    {
        var first = await WriteAsync(null, One);

        Assert.Null(await WriteAsync(first + difference, Two));

        Assert.Equal(("0100FF", first), await ReadAsync());
    }

    [Fact]
    public async Task Write_VersionButNoRow_IsNoRow()
    {
        Assert.Null(await WriteAsync(1, One));

        Assert.Empty(await queries.RowsAsync("ReadFromStorageKey", key.All));
    }

    [Fact]
    public async Task Write_ManyWithOneVersion_ExactlyOneWins()
    {
        var version = await WriteAsync(null, One);
        for (var round = 0; round < 10; round++)
        {
            var read = version;
            var answers = await AtOnce(8, () => WriteAsync(read, Two));

            version = Assert.Single(answers, answer => answer is not null);
            Assert.Equal(read + 1, version);
        }
    }

    [Fact]
    public async Task Clear_RightVersion_KeepsTheRowWithoutPayloadUnderTheNextVersion()
    {
        var first = await WriteAsync(null, One);

        Assert.Equal(first + 1, await FirstColumnAsync("ClearStorageKey", first));

        Assert.Equal((null, first + 1), await ReadAsync());
        Assert.Null(await WriteAsync(null, Two));
        Assert.Equal(first + 2, await WriteAsync(first + 1, Two));
    }

    [Fact]
    public async Task Delete_RightVersion_RemovesTheRowAndAnswersTheNextVersion()
    {
        var first = await WriteAsync(null, One);

        Assert.Equal(first + 1, await FirstColumnAsync("DeleteStorageKey", first));

        Assert.Empty(await queries.RowsAsync("ReadFromStorageKey", key.All));
    }

    [Fact]
    public async Task Write_StaleVersionOfADeletedRow_IsNoRowAlsoWhenThereIsANewOne()
    {
        var stale = await WriteAsync(null, One);
        await FirstColumnAsync("DeleteStorageKey", stale);

        Assert.Null(await WriteAsync(stale, One));
        var first = await WriteAsync(null, Two);
        Assert.Null(await WriteAsync(stale, One));

        Assert.Equal(("02", first), await ReadAsync());
    }

    [Theory]
    [InlineData("ClearStorageKey", 1)]
    [InlineData("ClearStorageKey", null)]
    [InlineData("DeleteStorageKey", 1)]
    [InlineData("DeleteStorageKey", null)]
    public async Task ClearOrDelete_WrongVersion_IsNoRowAndChangesNothing(string query, int? difference)
    {
        var first = await WriteAsync(null, One);

        Assert.Null(await FirstColumnAsync(query, first + difference));

        Assert.Equal(("0100FF", first), await ReadAsync());
    }

    [Fact]
    public async Task Identity_IsServiceStateNameAndWholeKey()
    {
        Key[] keys =
        [
            key, key with { Service = key.Service + "x" }, key with { State = "other" }, key with { N0 = 1 },
            key with { N1 = 1 }, key with { Extension = "e" }, key with { Extension = "E" },
        ];

        foreach (var (one, i) in keys.Select((k, i) => (k, i)))
        {
            Assert.NotNull(await WriteAsync(null, [(byte)i], one));
        }

        foreach (var (one, i) in keys.Select((k, i) => (k, i)))
        {
            var row = Assert.Single(await queries.RowsAsync("ReadFromStorageKey", one.All));
            Assert.Equal(new[] { (byte)i }, row["PayloadBinary"]);
        }
    }

    private static async Task<int?[]> AtOnce(int count, Func<Task<int?>> call) =>
        await Task.WhenAll(Enumerable.Range(0, count).Select(_ => Task.Run(call)));

    private async Task<int?> WriteAsync(int? version, byte[] payload, Key? of = null)
    {
        var rows = await queries.RowsAsync("WriteToStorageKey",
            [.. (of ?? key).All, ("GrainStateVersion", version), ("PayloadBinary", payload)]);
        return rows.Count == 0 ? null : (int?)Assert.Single(rows)["NewGrainStateVersion"];
    }

    private async Task<int?> FirstColumnAsync(string query, int? version)
    {
        var rows = await queries.RowsAsync(query, [.. key.All, ("GrainStateVersion", version)]);
        return rows.Count == 0 ? null : (int?)Assert.Single(rows).Values.First().Value;
    }

    private async Task<(string? Payload, int? Version)> ReadAsync()
    {
        var row = Assert.Single(await queries.RowsAsync("ReadFromStorageKey", key.All));
        return (row["PayloadBinary"] is byte[] bytes ? Convert.ToHexString(bytes) : null, (int?)row["Version"]);
    }

    private sealed record Key(
        string Service, string State = "state", long N0 = 0, long N1 = long.MinValue, string? Extension = null)
    {
        public (string, object?)[] All =>
        [
            ("GrainIdHash", 17), ("GrainIdN0", N0), ("GrainIdN1", N1), ("GrainTypeHash", 42),
            ("GrainTypeString", State), ("GrainIdExtensionString", Extension), ("ServiceId", Service),
        ];
    }
}
