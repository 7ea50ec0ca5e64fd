using Ax2.Credits;
using Ax2.TestKit;
using Ax2.TestKit.Credits;
using Npgsql;
using Xunit;

namespace Ax2.Tests.Postgres;

/// <summary>
/// The second guard: what no ledger may write, the database refuses, whoever writes it. Every CHECK of the credit
/// tables is tried.
/// </summary>
[NeedsProcesses]
public sealed class CreditConstraintTests(MigratedDatabase database) : IClassFixture<MigratedDatabase>
{
    private static readonly DateTimeOffset Start = new(2030, 1, 1, 0, 0, 0, TimeSpan.Zero);

    /// <summary>Constraint, table, and what the one row of the account becomes.</summary>
    private static readonly (string Name, string Table, string Change)[] Forbidden =
    [
        ("credit_accounts_version_check", "accounts", "version = 0"),
        ("credit_accounts_status_check", "accounts", "status = 'Gone'"),
        ("credit_accounts_sequence_check", "accounts", "sequence = -1"),
        ("credit_accounts_available_check", "accounts", "available = -1, issued = issued + available + 1"),
        ("credit_accounts_held_check", "accounts", "held = -1, issued = issued + held + 1"),
        ("credit_accounts_consumed_check", "accounts", "consumed = -1, issued = issued + consumed + 1"),
        ("credit_accounts_expired_check", "accounts", "expired = -1, issued = issued + expired + 1"),
        ("credit_accounts_refunded_check", "accounts", "refunded = 1, issued = issued + refunded - 1"),
        ("credit_accounts_check", "accounts", "available = available + 1"),
        ("credit_entries_sequence_check", "entries", "sequence = 0"),
        ("credit_entries_available_after_check", "entries", "sequence = 99, available_after = -1"),
        ("credit_entries_held_after_check", "entries", "sequence = 99, held_after = -1"),
        ("credit_entries_hash_check", "entries", "sequence = 99, hash = 'short'"),
        ("credit_entries_check", "entries", "sequence = 99, issued = issued + 1"),
        ("credit_holds_status_check", "holds", "status = 'Lost'"),
        ("credit_holds_credits_check", "holds", "credits = 0"),
        ("credit_holds_check", "holds", "charged = credits + 1"),
        ("credit_holds_check1", "holds", "refunded = charged + 1"),
        ("credit_holds_check2", "holds", "expires_at = opened_at"),
        ("credit_grants_category_check", "grants", "category = 'Stolen'"),
        ("credit_grants_granted_check", "grants", "granted = 0, remaining = 0, held = 0"),
        ("credit_grants_check", "grants", "expires_at = effective_at"),
        ("credit_grants_check1", "grants", "remaining = -1"),
        ("credit_grants_check2", "grants", "held = -1"),
        ("credit_grants_check3", "grants", "is_expired = true"),
        ("credit_grants_check4", "grants", "remaining = granted, held = 1"),
    ];

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    public static TheoryData<string> Names { get; } = new(Forbidden.Select(f => f.Name));

    [Theory]
    [MemberData(nameof(Names))]
    public async Task Row_ThatNoLedgerMayWrite_IsRefused(string name)
    {
        var (_, table, change) = Forbidden.Single(f => f.Name == name);
        var source = await database.SourceAsync();
        var account = await AccountAsync(source);
        await using var command = source.CreateCommand(table == "entries"
            ? CopyOfAnEntry(change)
            : $"UPDATE ax2.credit_{table} SET {change} WHERE account_id = $1");
        command.Parameters.Add(new NpgsqlParameter<Guid> { TypedValue = account });

        var refused = await Assert.ThrowsAsync<PostgresException>(() => command.ExecuteNonQueryAsync(Cancelled));

        Assert.Equal((PostgresErrorCodes.CheckViolation, name), (refused.SqlState, refused.ConstraintName));
    }

    [Fact]
    public async Task EveryCheck_IsAmongThem()
    {
        await using var command = (await database.SourceAsync()).CreateCommand(
            "SELECT conname::text FROM pg_constraint "
            + "WHERE contype = 'c' AND connamespace = 'ax2'::regnamespace AND conname LIKE 'credit\\_%'");
        await using var rows = await command.ExecuteReaderAsync(Cancelled);
        var names = new List<string>();
        while (await rows.ReadAsync(Cancelled))
        {
            names.Add(rows.GetString(0));
        }

        Assert.Equal(names.Order(StringComparer.Ordinal), Forbidden.Select(f => f.Name).Order(StringComparer.Ordinal));
    }

    /// <summary>Entries cannot be updated: the account's first one is written once more, with the change.</summary>
    private static string CopyOfAnEntry(string change) =>
        $$"""
        WITH changed AS (
            SELECT (jsonb_populate_record(e, {{Json(change)}})).* FROM ax2.credit_entries AS e
            WHERE account_id = $1 AND sequence = 1)
        INSERT INTO ax2.credit_entries SELECT * FROM changed
        """;

    private static string Json(string change) => "jsonb_build_object(" + string.Join(
        ", ", change.Split(", ").Select(c => c.Split(" = ", 2)).Select(c => $"'{c[0]}', {c[1]}")) + ")";

    /// <summary>One of each kind of row.</summary>
    private static async Task<Guid> AccountAsync(NpgsqlDataSource source)
    {
        var id = Guid.CreateVersion7();
        await new StoredCreditAccount(new CreditStorage(source), id).CommitAsync(
            [new GrantCredits("g", 10, "test"), new ReserveCredits("r", new Guid(1, 0, 0, new byte[8]), 4)], Start);
        return id;
    }
}
