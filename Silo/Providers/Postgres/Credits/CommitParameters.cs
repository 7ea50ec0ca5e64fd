using System.Globalization;
using System.Text;
using Npgsql;

namespace Ax2.Credits;

/// <summary>
/// The columns of some batches as arrays, in the order of the parameters of <see cref="CommitStatement"/>.
/// </summary>
internal static class CommitParameters
{
    internal static void Add(NpgsqlParameterCollection parameters, IReadOnlyList<CreditCommit> commits)
    {
        AddAccounts(new Columns<CreditCommit>(parameters, commits));
        AddOperations(new Columns<Of<LedgerOperation>>(parameters, Rows(commits, b => b.Operations)));
        AddEntries(new Columns<Of<CreditEntry>>(parameters, Rows(commits, b => b.Entries)));
        var holds = Rows(commits, b => b.Holds).ToLookup(IsNewIn(commits));
        AddNewHolds(new Columns<Of<CreditHold>>(parameters, [.. holds[true]]));
        AddChangedHolds(new Columns<Of<CreditHold>>(parameters, [.. holds[false]]));
        AddGrants(new Columns<Of<CreditGrant>>(parameters, Rows(commits, b => b.Grants)));
    }

    private static void AddAccounts(Columns<CreditCommit> columns)
    {
        columns.Add(c => c.Ledger.AccountId);
        columns.Add(c => c.ExpectedVersion);
        columns.Add(c => c.BatchId);
        columns.Add(c => c.Ledger.Status.ToString());
        columns.Add(c => c.Ledger.Sequence);
        columns.Add(c => c.Ledger.LastHash.ToArray());
        AddAmounts(columns, c => c.Ledger.Totals);
        columns.Add(c => c.Ledger.Time);
        columns.Add(c => c.Ledger.NextDueAt);
    }

    private static void AddOperations(Columns<Of<LedgerOperation>> columns)
    {
        columns.Add(o => o.AccountId);
        columns.Add(o => o.Row.OperationId);
        columns.Add(o => o.Row.Content);
        columns.Add(o => LedgerContent.OfAnswer(o.Row.Answer));
    }

    /// <summary>Holds that the batch itself makes: their ids must not be known.</summary>
    private static Func<Of<CreditHold>, bool> IsNewIn(IReadOnlyList<CreditCommit> commits)
    {
        var first = commits.Where(c => !c.Batch.Entries.IsEmpty)
            .ToDictionary(c => c.Ledger.AccountId, c => c.Batch.Entries[0].Sequence);
        return h => first.TryGetValue(h.AccountId, out var sequence) && h.Row.OpenedSequence >= sequence;
    }

    private static void AddEntries(Columns<Of<CreditEntry>> columns)
    {
        columns.Add(e => e.AccountId);
        columns.Add(e => e.Row.Sequence);
        columns.Add(e => e.Row.OccurredAt);
        columns.Add(e => e.Row.Kind.ToString());
        columns.Add(e => e.Row.OperationId);
        columns.Add(e => e.Row.HoldId);
        columns.Add(e => e.Row.GrantNumber);
        AddAmounts(columns, e => e.Row.Change);
        columns.Add(e => e.Row.Balance.AvailableCredits);
        columns.Add(e => e.Row.Balance.HeldCredits);
        columns.Add(e => e.Row.Actor);
        columns.Add(e => e.Row.Reason);
        columns.Add(e => e.Row.Hash.ToArray());
    }

    private static void AddAmounts<TRow>(Columns<TRow> columns, Func<TRow, CreditAmounts> amounts)
    {
        columns.Add(row => amounts(row).Available);
        columns.Add(row => amounts(row).Held);
        columns.Add(row => amounts(row).Issued);
        columns.Add(row => amounts(row).Consumed);
        columns.Add(row => amounts(row).Expired);
        columns.Add(row => amounts(row).Refunded);
    }

    private static void AddNewHolds(Columns<Of<CreditHold>> columns)
    {
        columns.Add(h => h.AccountId);
        columns.Add(h => h.Row.HoldId);
        columns.Add(h => h.Row.Status.ToString());
        columns.Add(h => h.Row.OpenedSequence);
        columns.Add(h => h.Row.Credits);
        columns.Add(h => h.Row.ChargedCredits);
        columns.Add(h => h.Row.RefundedCredits);
        columns.Add(h => h.Row.OpenedAt);
        columns.Add(h => h.Row.ExpiresAt);
        columns.Add(h => SlicesOf(h.Row));
    }

    private static void AddChangedHolds(Columns<Of<CreditHold>> columns)
    {
        columns.Add(h => h.AccountId);
        columns.Add(h => h.Row.HoldId);
        columns.Add(h => h.Row.Status.ToString());
        columns.Add(h => h.Row.ChargedCredits);
        columns.Add(h => h.Row.RefundedCredits);
        columns.Add(h => h.Row.ExpiresAt);
    }

    private static void AddGrants(Columns<Of<CreditGrant>> columns)
    {
        columns.Add(g => g.AccountId);
        columns.Add(g => g.Row.Number);
        columns.Add(g => g.Row.Category.ToString());
        columns.Add(g => g.Row.Priority);
        columns.Add(g => g.Row.EffectiveAt);
        columns.Add(g => g.Row.ExpiresAt);
        columns.Add(g => g.Row.GrantedCredits);
        columns.Add(g => g.Row.RemainingCredits);
        columns.Add(g => g.Row.HeldCredits);
        columns.Add(g => g.Row.IsEffective);
        columns.Add(g => g.Row.IsExpired);
    }

    /// <summary><c>[[1,50],[2,10]]</c></summary>
    private static string SlicesOf(CreditHold hold)
    {
        var text = new StringBuilder("[");
        foreach (var slice in hold.Slices)
        {
            text.Append(text.Length > 1 ? "," : "")
                .Append(CultureInfo.InvariantCulture, $"[{slice.GrantNumber},{slice.Credits}]");
        }

        return text.Append(']').ToString();
    }

    private static List<Of<TRow>> Rows<TRow>(
        IReadOnlyList<CreditCommit> commits, Func<LedgerBatch, IEnumerable<TRow>> rows) =>
        [.. commits.SelectMany(c => rows(c.Batch).Select(row => new Of<TRow>(c.Ledger.AccountId, row)))];

    private readonly record struct Of<TRow>(Guid AccountId, TRow Row);

    private sealed class Columns<TRow>(NpgsqlParameterCollection parameters, IReadOnlyList<TRow> rows)
    {
        public void Add<T>(Func<TRow, T> value)
        {
            var column = new T[rows.Count];
            for (var i = 0; i < column.Length; i++)
            {
                column[i] = value(rows[i]);
            }

            parameters.Add(new NpgsqlParameter<T[]> { TypedValue = column });
        }
    }
}
