using System.Globalization;
using Ax2.TestKit;
using CsCheck;
using Xunit;

namespace Ax2.Tests.Postgres;

[NeedsProcesses]
public sealed class ReminderContractTests(MigratedDatabase database) : IClassFixture<MigratedDatabase>, IAsyncLifetime
{
    private static readonly DateTime Start = new(2026, 1, 2, 3, 4, 5, 678, DateTimeKind.Utc);
    private static readonly int[] Ring =
        [int.MinValue, int.MinValue + 1, -5, -1, 0, 1, 7, int.MaxValue - 1, int.MaxValue];


    private readonly string service = "s-" + Guid.CreateVersion7();
    private ProviderQueries queries = null!;

    public async ValueTask InitializeAsync() => queries = await ProviderQueries.OnAsync(database);

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    [Fact]
    public async Task Upsert_NewThenKnown_CountsTheVersionFromZeroAndReplaces()
    {
        Assert.Equal(0, await UpsertAsync("job/1", "drive", period: 60_000));
        Assert.Equal(1, await UpsertAsync("job/1", "drive", period: 120_000, hash: 9));

        var row = Assert.Single(await queries.RowsAsync("ReadReminderRowKey",
            ("ServiceId", service), ("GrainId", "job/1"), ("ReminderName", "drive")));
        row.AssertTypes(
            ("GrainId", "text"), ("ReminderName", "text"), ("StartTime", "timestamp(3) with time zone"),
            ("Period", "bigint"), ("Version", "integer"));
        Assert.Equal(["job/1", "drive", Start, 120_000L, 1], row.Values.Values);
        Assert.Single(await RangeAsync(8, 9));
    }

    [Fact]
    public async Task Upsert_PeriodOverAMonth_IsKept()
    {
        const long Days40 = 40L * 24 * 3600 * 1000;

        await UpsertAsync("job/1", "drive", Days40);

        Assert.Equal(Days40, Assert.Single(await RangeAsync(-1, 0))["Period"]);
    }

    [Fact]
    public async Task Upsert_NamesLongerThanTheUsualLimits_AreKept()
    {
        var name = new string('n', 600);

        Assert.Equal(0, await UpsertAsync("job/" + name, name));

        Assert.Equal(name, Assert.Single(await RangeAsync(-1, 0))["ReminderName"]);
    }

    [Fact]
    public async Task Upsert_ManyFirstAtOnce_AllAnswerAndVersionsAreDistinct()
    {
        var versions = await Task.WhenAll(
            Enumerable.Range(0, 8).Select(_ => Task.Run(() => UpsertAsync("job/1", "drive"))));

        Assert.Equal(Enumerable.Range(0, 8), versions.Order());
    }

    [Fact]
    public async Task ReadRows_Always_AreTheGrainsOwn()
    {
        await UpsertAsync("job/1", "a");
        await UpsertAsync("job/1", "b");
        await UpsertAsync("job/2", "a");

        var rows = await queries.RowsAsync("ReadReminderRowsKey", ("ServiceId", service), ("GrainId", "job/1"));

        Assert.Equal(["a", "b"], rows.Select(row => (string)row["ReminderName"]!).Order(StringComparer.Ordinal));
        Assert.Empty(await queries.RowsAsync("ReadReminderRowsKey", ("ServiceId", "other"), ("GrainId", "job/1")));
        Assert.Empty(await queries.RowsAsync("ReadReminderRowKey",
            ("ServiceId", service), ("GrainId", "job/2"), ("ReminderName", "b")));
    }

    [Fact]
    public async Task Delete_RightVersion_IsYesAndRemoves()
    {
        await UpsertAsync("job/1", "drive");
        await UpsertAsync("job/1", "drive");

        Assert.False(await DeleteAsync(0));
        Assert.Single(await RangeAsync(-1, 0));
        Assert.True(await DeleteAsync(1));
        Assert.Empty(await RangeAsync(-1, 0));
        Assert.False(await DeleteAsync(1));
    }

    [Fact]
    public async Task DeleteRows_Always_RemovesThatServiceOnly()
    {
        await UpsertAsync("job/1", "drive");
        var other = new ReminderContractTests(database) { queries = queries };
        await other.UpsertAsync("job/1", "drive");

        Assert.Empty(await queries.RowsAsync("DeleteReminderRowsKey", ("ServiceId", service)));

        Assert.Empty(await RangeAsync(0, 0));
        Assert.Single(await other.RangeAsync(0, 0));
    }

    [Fact]
    public async Task ReadRange_BeginIsEnd_IsTheWholeRingOnce()
    {
        await FillRingAsync();

        foreach (var hash in Ring)
        {
            Assert.Equal(Ring.Length, (await RangeAsync(hash, hash)).Count);
        }
    }

    [Fact]
    public async Task ReadRange_AnyStretch_IsOpenAtItsBeginAndClosedAtItsEnd()
    {
        await FillRingAsync();
        var edge = Gen.OneOf(Gen.Int, Gen.Int[0, Ring.Length - 1].Select(i => Ring[i]));

        await Gen.Select(edge, edge).SampleAsync(async (begin, end) =>
        {
            var expected = Ring.Where(hash => begin < end ? hash > begin && hash <= end : hash > begin || hash <= end);
            var rows = await RangeAsync(begin, end);
            Assert.Equal(expected.Order(), rows.Select(HashOf).Order());
        }, iter: 200, threads: 1);
    }

    private static int HashOf(Row row) => int.Parse((string)row["ReminderName"]!, CultureInfo.InvariantCulture);

    private async Task FillRingAsync()
    {
        foreach (var hash in Ring)
        {
            await UpsertAsync("job/1", hash.ToString(CultureInfo.InvariantCulture), hash: hash);
        }
    }

    /// <summary>The provider's own choice between the two queries.</summary>
    private Task<List<Row>> RangeAsync(int begin, int end) =>
        queries.RowsAsync(begin < end ? "ReadRangeRows1Key" : "ReadRangeRows2Key",
            ("ServiceId", service), ("BeginHash", begin), ("EndHash", end));

    private async Task<int> UpsertAsync(string grain, string name, long period = 60_000, int hash = 0) =>
        (int)Assert.Single(await queries.RowsAsync("UpsertReminderRowKey",
            ("ServiceId", service), ("GrainId", grain), ("ReminderName", name), ("StartTime", Start),
            ("Period", period <= int.MaxValue ? (int)period : period), ("GrainHash", hash)))["Version"]!;

    private Task<bool> DeleteAsync(int version) => queries.YesAsync("DeleteReminderRowKey",
        ("ServiceId", service), ("GrainId", "job/1"), ("ReminderName", "drive"), ("Version", version));
}
