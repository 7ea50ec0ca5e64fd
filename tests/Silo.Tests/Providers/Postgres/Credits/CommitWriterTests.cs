using Ax2.Credits;
using Ax2.Postgres;
using Ax2.TestKit;
using Npgsql;
using Xunit;

namespace Ax2.Tests.Postgres;

[NeedsProcesses]
public sealed class CommitWriterTests(PostgresServer server)
{
    private static readonly DateTimeOffset Start = new(2030, 1, 1, 0, 0, 0, TimeSpan.Zero);
    private readonly Guid _one = Guid.CreateVersion7();
    private readonly Guid _other = Guid.CreateVersion7();

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task KeptConnection_AfterTheServerDroppedIt_FailsOneCommitOnly()
    {
        await using var database = await DatabaseAsync();
        var writer = new CommitWriter(database);
        var state = await CommitAsync(writer, new LedgerState(_one), 0);
        state = await CommitAsync(writer, state, 1);
        Assert.Equal(1L, await DropKeptAsync(database));

        await Assert.ThrowsAnyAsync<NpgsqlException>(() => CommitAsync(writer, state, 2));

        await CommitAsync(writer, state, 2);
    }

    [Fact]
    public async Task KeptConnection_AfterAFaultThatItSurvived_GoesBackToThePoolWithoutItsSettings()
    {
        await using var database = await DatabaseAsync("Maximum Pool Size=1;");
        var writer = new CommitWriter(database);
        var overdrawn = new LedgerState(_one) { Totals = new CreditAmounts(-100, 0, 100, 0, 0, 0) };

        await Assert.ThrowsAsync<PostgresException>(() => CommitAsync(writer, overdrawn, 0));

        await using var shown = database.CreateCommand("SHOW enable_seqscan");
        Assert.Equal("on", await shown.ExecuteScalarAsync(Cancelled));
    }

    [Fact]
    public async Task Repeat_OfOneAccount_DoesNotKeepTheOthersOut()
    {
        await using var database = await DatabaseAsync();
        var writer = new CommitWriter(database);
        CreditCommit[] first = [Commit(new LedgerState(_one), 0, "g"), Commit(new LedgerState(_other), 0, "g")];
        CreditCommit[] next = [Commit(first[0].Ledger, 1, "g"), Commit(first[1].Ledger, 1, "g2")];

        Assert.Equal([CommitOutcome.Committed, CommitOutcome.Committed], await writer.WriteAsync(first));
        Assert.Equal([CommitOutcome.Repeated, CommitOutcome.Committed], await writer.WriteAsync(next));
        Assert.Equal([CommitOutcome.Fenced], await writer.WriteAsync([first[0]]));
    }

    /// <summary>It shares its statement with a true repeat, which makes the writer ask what is known.</summary>
    [Fact]
    public async Task WriteAsync_OfWhatItStoredBefore_IsFencedAndNoRepeat()
    {
        await using var database = await DatabaseAsync();
        var writer = new CommitWriter(database);
        CreditCommit[] first = [Commit(new LedgerState(_one), 0, "g"), Commit(new LedgerState(_other), 0, "g")];
        await writer.WriteAsync(first);
        var repeat = Commit(first[1].Ledger, 1, "g");

        Assert.Equal([CommitOutcome.Fenced, CommitOutcome.Repeated], await writer.WriteAsync([first[0], repeat]));
    }

    private async Task<NpgsqlDataSource> DatabaseAsync(string settings = "") => NpgsqlDataSource.Create(
        PostgresOptions.ConnectionString(settings + await MigratedDatabase.CreateAsync(server)));

    private static async Task<long> DropKeptAsync(NpgsqlDataSource database)
    {
        await using var drop = database.CreateCommand(
            "SELECT count(*) FILTER (WHERE pg_terminate_backend(pid, 10000)) FROM pg_stat_activity "
            + "WHERE datname = current_database() AND query LIKE 'WITH batch%'");
        return (long)(await drop.ExecuteScalarAsync(Cancelled))!;
    }

    private static async Task<LedgerState> CommitAsync(CommitWriter writer, LedgerState state, long version)
    {
        var commit = Commit(state, version, $"g{version}");
        Assert.Equal([CommitOutcome.Committed], await writer.WriteAsync([commit]));
        return commit.Ledger;
    }

    private static CreditCommit Commit(LedgerState state, long version, string operation)
    {
        var grant = new GrantCredits(operation, 10, "test");
        var batch = Ledger.Fold(state, [grant], LedgerFacts.None, Start, new CreditsOptions());
        return new CreditCommit(version, new CreditAccountState
        {
            Ledger = batch.State,
            BatchId = Guid.CreateVersion7(),
            Pending = batch,
        });
    }
}
