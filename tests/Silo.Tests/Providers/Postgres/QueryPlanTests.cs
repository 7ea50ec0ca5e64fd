using Ax2.TestKit;
using Xunit;

namespace Ax2.Tests.Postgres;

/// <summary>Large tables: what is asked again and again must never read a whole one.</summary>
[NeedsProcesses]
public sealed class QueryPlanTests(MigratedDatabase database) : IClassFixture<MigratedDatabase>, IAsyncLifetime
{
    private const int OnePerMille = (int)(uint.MaxValue / 1000);

    private ProviderQueries queries = null!;

    public async ValueTask InitializeAsync()
    {
        queries = await ProviderQueries.OnAsync(database);
        await queries.SqlAsync(
            """
            INSERT INTO orleans.reminder
            SELECT 'service', 'job/' || n, 'drive', now(), 60000, hashint8(n), 0 FROM generate_series(1, 50000) n
            ON CONFLICT DO NOTHING
            """);
        await queries.SqlAsync(
            """
            INSERT INTO orleans.storage (service_id, state_name, grain_id_n0, grain_id_n1, extension, version)
            SELECT 'service', 'state', hashint8extended(n, 1), hashint8extended(n, 2), '', 1
            FROM generate_series(1, 50000) n
            ON CONFLICT DO NOTHING
            """);
        await queries.SqlAsync("ANALYZE orleans.reminder, orleans.storage");
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    [Theory]
    [InlineData("ReadRangeRows1Key", 1_000_000, 1_000_000 + OnePerMille)]
    [InlineData("ReadRangeRows2Key", int.MaxValue - OnePerMille, int.MinValue + OnePerMille)]
    public async Task ReadRange_OnePerMilleOfTheRing_UsesTheIndexOnTheHash(string key, int begin, int end)
    {
        var plan = await queries.PlanAsync(key, ("ServiceId", "service"), ("BeginHash", begin), ("EndHash", end));

        Assert.Contains("reminder_by_hash", plan, StringComparison.Ordinal);
        Assert.DoesNotContain("Seq Scan", plan, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("ReadFromStorageKey")]
    [InlineData("WriteToStorageKey")]
    [InlineData("ClearStorageKey")]
    [InlineData("DeleteStorageKey")]
    public async Task Storage_OneGrain_UsesTheNaturalKey(string key)
    {
        var plan = await queries.PlanAsync(key,
            ("GrainIdN0", 1L), ("GrainIdN1", 2L), ("GrainTypeString", "state"), ("GrainIdExtensionString", null),
            ("ServiceId", "service"), ("GrainStateVersion", 1), ("PayloadBinary", Array.Empty<byte>()));

        Assert.Contains("storage_pkey", plan, StringComparison.Ordinal);
        Assert.DoesNotContain("Seq Scan", plan, StringComparison.Ordinal);
    }

    [Fact]
    public async Task ReadReminderRows_OneGrain_UsesTheNaturalKey()
    {
        var plan = await queries.PlanAsync("ReadReminderRowsKey", ("ServiceId", "service"), ("GrainId", "job/1"));

        Assert.Contains("reminder_pkey", plan, StringComparison.Ordinal);
    }
}
