using Ax2.Credits;
using Ax2.Local.Audit;
using Ax2.TestKit;
using Ax2.TestKit.Credits;
using Npgsql;
using Xunit;

namespace Ax2.Tests.Postgres;

/// <summary>The audit finds nothing in valid ledgers, and each query finds what it is for.</summary>
[NeedsProcesses]
public sealed class CreditAuditTests(PostgresServer server)
{
    private static readonly DateTimeOffset Start = new(2030, 1, 1, 0, 0, 0, TimeSpan.Zero);

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task RunAsync_ValidLedger_FindsNothing()
    {
        await using var database = await LedgerAsync();

        Assert.All(await FindingsAsync(database), finding => Assert.Empty(finding.Rows));
        Assert.Equal(
            Directory.GetFiles(Folder, "*.sql").Select(Path.GetFileNameWithoutExtension).Order(),
            (await FindingsAsync(database)).Select(f => f.Query).Order());
    }

    [Theory]
    [InlineData("balance_matches_entries", "UPDATE ax2.credit_accounts SET held = held + 1, issued = issued - 1")]
    [InlineData("sequence_gapless", "DELETE FROM ax2.credit_entries WHERE sequence = 2")]
    [InlineData("running_balance", "UPDATE ax2.credit_entries SET available_after = 9 WHERE sequence = 3")]
    [InlineData("holds_match_held", "UPDATE ax2.credit_holds SET status = 'Released' WHERE status = 'Open'")]
    [InlineData("grants_match_available", "UPDATE ax2.credit_grants SET remaining = 0")]
    [InlineData("global_sum_zero", "UPDATE ax2.credit_accounts SET issued = issued - 1")]
    [InlineData("holds_end_once", "UPDATE ax2.credit_entries SET kind = 'Settled' WHERE kind = 'Reserved'")]
    [InlineData("operations_once", "UPDATE ax2.credit_entries SET operation_id = 'r1' WHERE operation_id = 'r2'")]
    [InlineData("operations_once", "DELETE FROM ax2.credit_operations WHERE operation_id = 's1'")]
    [InlineData("hash_chain", "UPDATE ax2.credit_entries SET reason = 'gift' WHERE sequence = 1")]
    public async Task RunAsync_ForgedRow_IsFound(string query, string forgery)
    {
        await using var database = await LedgerAsync();
        await using (var command = database.CreateCommand(
            "ALTER TABLE ax2.credit_entries DISABLE TRIGGER append_only;"
            + "ALTER TABLE ax2.credit_accounts DROP CONSTRAINT credit_accounts_check;" + forgery))
        {
            Assert.NotEqual(0, await command.ExecuteNonQueryAsync(Cancelled));
        }

        Assert.NotEmpty((await FindingsAsync(database)).Single(f => f.Query == query).Rows);
    }

    private static string Folder => Path.Combine(Ax2Home.RepositoryRoot, "sql", "audit");

    private static Task<IReadOnlyList<AuditFinding>> FindingsAsync(NpgsqlDataSource database) =>
        new CreditAudit(Folder).RunAsync(database, Cancelled);

    /// <summary>One account in which everything happened.</summary>
    private async Task<NpgsqlDataSource> LedgerAsync()
    {
        var database = NpgsqlDataSource.Create(await MigratedDatabase.CreateAsync(server) + ";Pooling=false");
        var id = Guid.CreateVersion7();
        var history = new CreditHistory(database);
        var account = new StoredCreditAccount(new CreditStorage(database), id);
        ICreditCommand[][] batches =
        [
            [
                new GrantCredits("g1", 50, "한글", Actor: "kim"),
                new GrantCredits("g2", 20, "promo", CreditCategory.Promotional, -1, null, Start.AddMinutes(30)),
                new ReserveCredits("r1", Hold(1), 25),
                new ReserveCredits("r2", Hold(2), 5, TimeSpan.FromMinutes(10)),
                new ReserveCredits("r3", Hold(3), 5),
                new ReserveCredits("r4", Hold(4), 500),
            ],
            [new SettleHold("s1", Hold(1), 10), new ReleaseHold("l3", Hold(3)), new ReserveCredits("r5", Hold(5), 1)],
            [new RefundCharge("b1", Hold(1), 4, "poor captions"), new AdjustCredits("a", -2, "kim", "typo")],
        ];
        foreach (var (i, commands) in batches.Index())
        {
            var facts = await history.LookUpAsync(id, [], [Hold(1)], Cancelled);
            await account.CommitAsync([.. commands], Start.AddHours(i), facts);
        }

        return database;
    }

    private static Guid Hold(int number) => new(number, 0, 0, new byte[8]);
}
