using System.Collections.Immutable;
using Npgsql;

namespace Ax2.Credits;

/// <summary><see cref="ICreditHistory"/> in <c>ax2.credit_*</c>.</summary>
internal sealed class CreditHistory(NpgsqlDataSource database) : ICreditHistory
{
    private const string SelectOperations =
        """
        SELECT operation_id, content, answer FROM ax2.credit_operations
        WHERE account_id = $1 AND operation_id = ANY ($2)
        """;

    public async Task<LedgerFacts> LookUpAsync(
        Guid accountId,
        IReadOnlyCollection<string> operationIds,
        IReadOnlyCollection<Guid> holdIds,
        CancellationToken cancellationToken)
    {
        await using var batch = database.CreateBatch();
        CreditRows.Add(batch, SelectOperations, accountId)
            .Parameters.Add(new NpgsqlParameter<string[]> { TypedValue = [.. operationIds] });
        CreditRows.Add(batch, CreditRows.SelectHolds + " hold_id = ANY ($2)", accountId)
            .Parameters.Add(new NpgsqlParameter<Guid[]> { TypedValue = [.. holdIds] });
        await using var rows = await batch.ExecuteReaderAsync(cancellationToken);
        var operations = ImmutableDictionary.CreateBuilder<string, LedgerOperation>();
        while (await rows.ReadAsync(cancellationToken))
        {
            var id = rows.GetString(0);
            operations.Add(
                id, new LedgerOperation(id, rows.GetString(1), LedgerContent.ReadAnswer(rows.GetString(2))));
        }

        return new LedgerFacts(
            operations.ToImmutable(), await CreditRows.ReadNextHoldsAsync(rows, cancellationToken));
    }

    public async Task<IReadOnlyList<CreditEntry>> ListEntriesAsync(
        Guid accountId, CreditEntryQuery query, CancellationToken cancellationToken)
    {
        await using var command = database.CreateCommand();
        EntryQuery.Write(command, accountId, query);
        await using var rows = await command.ExecuteReaderAsync(cancellationToken);
        return await CreditRows.ReadAllAsync(rows, CreditRows.Entry, cancellationToken);
    }
}
