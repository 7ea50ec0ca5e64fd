using System.Collections.Immutable;
using Ax2.Credits;
using Orleans;
using Orleans.Runtime;
using Orleans.Storage;

namespace Ax2.TestKit.Credits;

/// <summary>One account over its grain storage, folded and written as the grain does it, step by step.</summary>
public sealed class StoredCreditAccount(IGrainStorage storage, Guid accountId)
{
    private readonly GrainState<CreditAccountState> _row = new(new CreditAccountState());
    private readonly GrainId _grainId =
        GrainId.Create(GrainType.Create("creditaccount"), GrainIdKeyExtensions.CreateGuidKey(accountId));

    public CreditAccountState State => _row.State!;

    public LedgerState Ledger => State.Ledger;

    public string? ETag => _row.ETag;

    public bool Exists => _row.RecordExists;

    public Task ReadAsync() => storage.ReadStateAsync(CreditAccountState.Name, _grainId, _row);

    public LedgerBatch Fold(IEnumerable<ICreditCommand> commands, DateTimeOffset now, LedgerFacts? facts = null) =>
        Ax2.Credits.Ledger.Fold(Ledger, commands, facts ?? LedgerFacts.None, now, new CreditsOptions());

    /// <summary>At the version that was last read or written. When it throws, the state stays as it was.</summary>
    public async Task<LedgerBatch> WriteAsync(LedgerBatch batch)
    {
        ArgumentNullException.ThrowIfNull(batch);
        var before = State;
        _row.State = new CreditAccountState
        {
            Ledger = batch.State,
            BatchId = Guid.CreateVersion7(),
            Pending = batch,
        };
        try
        {
            await storage.WriteStateAsync(CreditAccountState.Name, _grainId, _row);
            return batch;
        }
        catch
        {
            _row.State = before;
            throw;
        }
    }

    /// <summary>Writes at the version that is stored now.</summary>
    public async Task<LedgerBatch> CommitAsync(
        ImmutableArray<ICreditCommand> commands, DateTimeOffset now, LedgerFacts? facts = null)
    {
        await ReadAsync();
        return await WriteAsync(Fold(commands, now, facts));
    }

    public Task ClearAsync() => storage.ClearStateAsync(CreditAccountState.Name, _grainId, _row);
}
