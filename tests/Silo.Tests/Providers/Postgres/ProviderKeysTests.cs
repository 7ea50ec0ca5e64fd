using Ax2.Postgres;
using Ax2.TestKit;
using Npgsql;
using Xunit;

namespace Ax2.Tests.Postgres;

[NeedsProcesses]
public sealed class ProviderKeysTests(MigratedDatabase database) : IClassFixture<MigratedDatabase>
{
    [Fact]
    public async Task OrleansQuery_Always_HoldsEveryKeyAndNoOther()
    {
        string[] expected =
        [
            "GatewaysQueryKey", "MembershipReadRowKey", "MembershipReadAllKey", "InsertMembershipVersionKey",
            "UpdateIAmAlivetimeKey", "InsertMembershipKey", "UpdateMembershipKey", "DeleteMembershipTableEntriesKey",
            "CleanupDefunctSiloEntriesKey", "CleanupDefunctSiloEntryKey",
            "ReadFromStorageKey", "WriteToStorageKey", "ClearStorageKey", "DeleteStorageKey",
            "ReadReminderRowsKey", "ReadReminderRowKey", "ReadRangeRows1Key", "ReadRangeRows2Key",
            "UpsertReminderRowKey", "DeleteReminderRowKey", "DeleteReminderRowsKey",
        ];
        var source = await database.SourceAsync();
        await using var command = source.CreateCommand("SELECT array_agg(QueryKey) FROM OrleansQuery");

        var keys = await command.ExecuteScalarAsync(TestContext.Current.CancellationToken);

        Assert.Equal(expected.Order(StringComparer.Ordinal), ((string[])keys!).Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task QueryTexts_WrittenAgain_ReplaceTheOldOnes()
    {
        var source = await database.SourceAsync();
        await using var connection = await source.OpenConnectionAsync(TestContext.Current.CancellationToken);
        await using var transaction = await connection.BeginTransactionAsync(TestContext.Current.CancellationToken);
        await ExecuteAsync("UPDATE OrleansQuery SET QueryText = 'SELECT 1' WHERE QueryKey LIKE '%Reminder%'");

        await ExecuteAsync(MigrationScripts.Embedded.Single(s => s.Name == "sql/orleans/0004_reminders.sql").Text);

        Assert.Equal(0L, await ExecuteAsync("SELECT count(*) FROM OrleansQuery WHERE QueryText = 'SELECT 1'"));

        async Task<object?> ExecuteAsync(string sql)
        {
            await using var command = new NpgsqlCommand(sql, connection, transaction);
            return await command.ExecuteScalarAsync(TestContext.Current.CancellationToken);
        }
    }
}
