using System.Text.Json;
using Ax2.Credits;
using Ax2.TestKit;
using Ax2.TestKit.Credits;
using Npgsql;
using Xunit;

namespace Ax2.Tests.Postgres;

/// <summary>A large account and many accounts: what a client or the sweep asks must never read all of it.</summary>
[NeedsProcesses]
public sealed class CreditPlanTests(MigratedDatabase database) : IClassFixture<MigratedDatabase>
{
    private const int Large = 100_000;
    private static readonly DateTimeOffset Start = new(2030, 1, 1, 0, 0, 0, TimeSpan.Zero);

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    private static CreditEntryQuery[] Filters { get; } =
    [
        new(50, Kind: EntryKind.Closed),
        new(50, HoldId: Guid.AllBitsSet),
        new(50, Large / 2, EntryKind.Closed, Guid.AllBitsSet),
        new(50, Kind: EntryKind.Closed, From: Start.AddMinutes(1), Until: Start.AddMinutes(90_000)),
    ];

    [Fact]
    public async Task ListEntries_OfAKindOrHoldThatALargeAccountHasNot_ReadsATenthOfIt()
    {
        var source = await database.SourceAsync();
        var account = await LargeAccountAsync(source);
        await using var whole = source.CreateCommand("SELECT sum(available) FROM ax2.credit_entries");
        var all = await ReadBlocksAsync(source, whole);
        Assert.InRange(all, 1000, long.MaxValue);
        foreach (var query in Filters)
        {
            await using var listing = source.CreateCommand();
            EntryQuery.Write(listing, account, query);

            Assert.InRange(await ReadBlocksAsync(source, listing), 1, all / 5);

            var page = await new CreditHistory(source).ListEntriesAsync(account, query, Cancelled);
            Assert.Empty(page.Entries);
            Assert.NotNull(page.NextBefore);
        }
    }

    [Fact]
    public async Task ListDue_AmongManyAccounts_ReadsTheIndexOfThoseInWhichSomethingWillBeDue()
    {
        var source = await database.SourceAsync();
        await ExecuteAsync(
            source,
            $"""
            INSERT INTO ax2.credit_accounts
            SELECT gen_random_uuid(), 1, gen_random_uuid(), 'Open', 0, '', 0, 0, 0, 0, 0, 0, now(),
                CASE WHEN n % 100 = 0 THEN now() + n * interval '1 second' ELSE 'infinity' END
            FROM generate_series(1, {Large}) AS n
            """);
        await ExecuteAsync(source, "ANALYZE ax2.credit_accounts");
        await using var listing = source.CreateCommand(CreditHistory.SelectDue);
        var until = TimeProvider.System.GetUtcNow().AddHours(1);
        listing.Parameters.Add(new NpgsqlParameter<DateTimeOffset> { TypedValue = until });
        listing.Parameters.Add(new NpgsqlParameter<DateTimeOffset> { TypedValue = DateTimeOffset.MinValue });
        listing.Parameters.Add(new NpgsqlParameter<Guid> { TypedValue = Guid.Empty });
        listing.Parameters.Add(new NpgsqlParameter<int> { TypedValue = 64 });

        Assert.InRange(await ReadBlocksAsync(source, listing), 1, 150);
    }

    /// <summary>The index on the due time costs a commit nothing as long as the due time stays.</summary>
    [Fact]
    public async Task Commit_ThatLeavesTheDueTime_IsAHeapOnlyUpdate()
    {
        var source = await database.SourceAsync();
        var account = new StoredCreditAccount(new CreditStorage(source), Guid.CreateVersion7());
        await account.CommitAsync([new GrantCredits("g", 100, "test"), new ReserveCredits("r", Hold(1), 1)], Start);

        var later = await UpdatesAsync(source, account, new ReserveCredits("r2", Hold(2), 1));
        var settled = await UpdatesAsync(source, account, new SettleHold("s", Hold(1), 1));
        var earlier = await UpdatesAsync(source, account, new ReserveCredits("r3", Hold(3), 1, TimeSpan.FromHours(1)));

        Assert.Equal((1, 1), later);
        Assert.Equal((1, 1), settled);
        Assert.Equal((1, 0), earlier);
    }

    /// <summary>Updates of accounts by one commit, and how many of them were heap-only.</summary>
    private static async Task<(long All, long HeapOnly)> UpdatesAsync(
        NpgsqlDataSource source, StoredCreditAccount account, ICreditCommand command)
    {
        await account.ReadAsync();
        var batch = account.Fold([command], Start.AddMinutes(1));
        var state = new CreditAccountState { Ledger = batch.State, BatchId = Guid.CreateVersion7(), Pending = batch };
        var version = long.Parse(account.ETag!, System.Globalization.CultureInfo.InvariantCulture);
        await using var connection = await source.OpenConnectionAsync(Cancelled);
        await using var transaction = await connection.BeginTransactionAsync(Cancelled);
        var before = await CountUpdatesAsync(connection);
        await using var commit = new NpgsqlCommand(CommitStatement.Text, connection);
        CommitParameters.Add(commit.Parameters, [new CreditCommit(version, state)]);
        await commit.ExecuteNonQueryAsync(Cancelled);
        var after = await CountUpdatesAsync(connection);
        await transaction.CommitAsync(Cancelled);
        return (after.All - before.All, after.HeapOnly - before.HeapOnly);
    }

    /// <summary>By this connection, since the server last took its counts.</summary>
    private static async Task<(long All, long HeapOnly)> CountUpdatesAsync(NpgsqlConnection connection)
    {
        await using var counts = new NpgsqlCommand(
            """
            SELECT pg_stat_get_xact_tuples_updated(t), pg_stat_get_xact_tuples_hot_updated(t)
            FROM CAST('ax2.credit_accounts' AS regclass) AS t
            """,
            connection);
        await using var row = await counts.ExecuteReaderAsync(Cancelled);
        await row.ReadAsync(Cancelled);
        return (row.GetInt64(0), row.GetInt64(1));
    }

    private static async Task<Guid> LargeAccountAsync(NpgsqlDataSource source)
    {
        var account = new StoredCreditAccount(new CreditStorage(source), Guid.CreateVersion7());
        await account.CommitAsync([new GrantCredits("g", 1, "test")], Start);
        await ExecuteAsync(
            source,
            $"""
            INSERT INTO ax2.credit_entries
            SELECT account_id, n, occurred_at + n * interval '1 minute', 'Reserved', operation_id || n,
                gen_random_uuid(), null, 0, 0, 0, 0, 0, 0, 1, 0, null, null, hash
            FROM ax2.credit_entries, generate_series(2, {Large}) AS n WHERE account_id = '{account.Ledger.AccountId}'
            """);
        await ExecuteAsync(
            source,
            $"UPDATE ax2.credit_accounts SET sequence = {Large} WHERE account_id = '{account.Ledger.AccountId}'");
        await ExecuteAsync(source, "ANALYZE ax2.credit_entries");
        return account.Ledger.AccountId;
    }

    /// <summary>Blocks that were looked at, whether they were in memory or not.</summary>
    private static async Task<long> ReadBlocksAsync(NpgsqlDataSource source, NpgsqlCommand command)
    {
        await using var explain = source.CreateCommand(
            "EXPLAIN (ANALYZE, BUFFERS, FORMAT JSON) " + command.CommandText);
        foreach (NpgsqlParameter parameter in command.Parameters)
        {
            explain.Parameters.Add(parameter.Clone());
        }

        using var plan = JsonDocument.Parse((string)(await explain.ExecuteScalarAsync(Cancelled))!);
        var root = plan.RootElement[0].GetProperty("Plan");
        return root.GetProperty("Shared Hit Blocks").GetInt64() + root.GetProperty("Shared Read Blocks").GetInt64();
    }

    private static async Task ExecuteAsync(NpgsqlDataSource source, string sql)
    {
        await using var command = source.CreateCommand(sql);
        await command.ExecuteNonQueryAsync(Cancelled);
    }

    private static Guid Hold(int number) => new(number, 0, 0, new byte[8]);
}
