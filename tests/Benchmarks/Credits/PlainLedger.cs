using Npgsql;
using NpgsqlTypes;

namespace Ax2.Benchmarks.Credits;

/// <summary>
/// The same work as a careful engineer does it in plain Npgsql: the account's row is locked, one transaction for each
/// command, everything prepared, the operation's answer stored beside the entry, as few round trips as the driver's own
/// transactions allow. It does less than the service: no grants, no hash chain, no counter-accounts.
/// </summary>
internal sealed class PlainLedger(NpgsqlDataSource database)
{
    private const string Schema =
        """
        DROP SCHEMA IF EXISTS plain CASCADE;
        CREATE SCHEMA plain;
        CREATE TABLE plain.account (
            id uuid PRIMARY KEY, posted bigint NOT NULL, held bigint NOT NULL CHECK (held BETWEEN 0 AND posted),
            sequence bigint NOT NULL) WITH (fillfactor = 50);
        CREATE TABLE plain.entry (
            account_id uuid, sequence bigint, at timestamptz NOT NULL DEFAULT now(), kind text NOT NULL, hold_id uuid,
            credits bigint NOT NULL, posted bigint NOT NULL, held bigint NOT NULL, PRIMARY KEY (account_id, sequence));
        CREATE TABLE plain.operation (
            account_id uuid, operation_id text, content text NOT NULL, answer text NOT NULL,
            PRIMARY KEY (account_id, operation_id));
        CREATE TABLE plain.hold (
            account_id uuid, hold_id uuid, credits bigint NOT NULL, is_open boolean NOT NULL,
            PRIMARY KEY (account_id, hold_id)) WITH (fillfactor = 80);
        """;

    private const string Lock = "SELECT posted, held, sequence FROM plain.account WHERE id = $1 FOR UPDATE";
    private const string Known = "SELECT answer FROM plain.operation WHERE account_id = $1 AND operation_id = $2";
    private const string FindHold = "SELECT credits, is_open FROM plain.hold WHERE account_id = $1 AND hold_id = $2";
    private const string Update = "UPDATE plain.account SET posted = $2, held = $3, sequence = $4 WHERE id = $1";

    private const string AddEntry =
        "INSERT INTO plain.entry (account_id, sequence, kind, hold_id, credits, posted, held) "
        + "VALUES ($1, $2, $3, $4, $5, $6, $7)";

    private const string AddOperation = "INSERT INTO plain.operation VALUES ($1, $2, $3, $4)";
    private const string AddHold = "INSERT INTO plain.hold VALUES ($1, $2, $3, true)";
    private const string CloseHold = "UPDATE plain.hold SET is_open = false WHERE account_id = $1 AND hold_id = $2";

    public async Task CreateAsync(IReadOnlyCollection<Guid> accounts, long credits)
    {
        await using var schema = database.CreateCommand(Schema);
        await schema.ExecuteNonQueryAsync();
        await using var fill = database.CreateCommand("INSERT INTO plain.account SELECT unnest($1), $2, 0, 0");
        fill.Parameters.Add(new() { Value = accounts.ToArray() });
        fill.Parameters.Add(new() { Value = credits });
        await fill.ExecuteNonQueryAsync();
    }

    public Task<string> Reserve(Guid account, string operation, Guid hold, long credits) =>
        Run(account, operation, hold, $"reserve/{hold}/{credits}", (state, found) =>
            found is not null || state.Posted - state.Held < credits
                ? null
                : (state with { Held = state.Held + credits }, AddHold, credits));

    public Task<string> Settle(Guid account, string operation, Guid hold, long credits) =>
        Run(account, operation, hold, $"settle/{hold}/{credits}", (state, found) =>
            found is not { IsOpen: true } open || credits > open.Credits
                ? null
                : (new State(state.Posted - credits, state.Held - open.Credits), CloseHold, credits));

    private async Task<string> Run(
        Guid account,
        string operation,
        Guid hold,
        string content,
        Func<State, Hold?, (State State, string HoldText, long Credits)?> decide)
    {
        await using var connection = await database.OpenConnectionAsync();
        await using var transaction = await connection.BeginTransactionAsync();
        var (state, sequence, known, found) = await Read(connection, account, operation, hold);
        if (known is not null)
        {
            return known;
        }

        await using var write = new NpgsqlBatch(connection);
        var answer = "refused";
        if (decide(state, found) is { } step)
        {
            answer = $"{{\"posted\":{step.State.Posted},\"held\":{step.State.Held}}}";
            Add(write, step.HoldText, step.HoldText == AddHold ? [account, hold, step.Credits] : [account, hold]);
            Add(write, AddEntry, account, sequence + 1, content[..6], hold, step.Credits, step.State.Posted,
                step.State.Held);
            Add(write, Update, account, step.State.Posted, step.State.Held, sequence + 1);
        }

        Add(write, AddOperation, account, operation, content, answer);
        await write.PrepareAsync();
        await write.ExecuteNonQueryAsync();
        await transaction.CommitAsync();
        return answer;
    }

    private static async Task<(State State, long Sequence, string? Known, Hold? Hold)> Read(
        NpgsqlConnection connection, Guid account, string operation, Guid hold)
    {
        await using var read = new NpgsqlBatch(connection);
        Add(read, Lock, account);
        Add(read, Known, account, operation);
        Add(read, FindHold, account, hold);
        await read.PrepareAsync();
        await using var rows = await read.ExecuteReaderAsync();
        await rows.ReadAsync();
        var (state, sequence) = (new State(rows.GetInt64(0), rows.GetInt64(1)), rows.GetInt64(2));
        await rows.NextResultAsync();
        var known = await rows.ReadAsync() ? rows.GetString(0) : null;
        await rows.NextResultAsync();
        return (state, sequence, known, await rows.ReadAsync() ? new Hold(rows.GetInt64(0), rows.GetBoolean(1)) : null);
    }

    private static void Add(NpgsqlBatch batch, string text, params object[] values)
    {
        var command = new NpgsqlBatchCommand(text);
        foreach (var value in values)
        {
            command.Parameters.Add(new NpgsqlParameter
            {
                Value = value,
                NpgsqlDbType = value switch
                {
                    Guid => NpgsqlDbType.Uuid,
                    long => NpgsqlDbType.Bigint,
                    _ => NpgsqlDbType.Text,
                },
            });
        }

        batch.BatchCommands.Add(command);
    }

    private sealed record State(long Posted, long Held);

    private sealed record Hold(long Credits, bool IsOpen);
}
