using System.Collections.Immutable;
using Ax2.Credits;
using Orleans.Storage;
using Xunit;

namespace Ax2.TestKit.Credits;

/// <summary>
/// What every grain storage of <see cref="CreditAccountState"/> does, and the <see cref="ICreditHistory"/> beside it. A
/// test class derives from it and brings both.
/// </summary>
public abstract partial class CreditStorageConformance
{
    private static readonly DateTimeOffset Start = new(2030, 1, 1, 0, 0, 0, TimeSpan.Zero);
    private readonly Guid _id = Guid.CreateVersion7();

    /// <summary>Objects that have seen nothing yet, over the same rows.</summary>
    protected abstract Task<(IGrainStorage Storage, ICreditHistory History)> OpenAsync();

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Read_UnknownAccount_IsNew()
    {
        var account = await AccountAsync();

        Assert.False(account.Exists);
        Assert.Null(account.ETag);
        Assert.Equal(Guid.Empty, account.State.BatchId);
        AssertSame(new LedgerState(_id), account.Ledger);
    }

    [Fact]
    public async Task Read_AfterWrites_IsTheStoredStateWithoutItsBatch()
    {
        var account = await AccountAsync();
        await account.CommitAsync(Everything, Start);
        var first = (account.ETag, account.State.BatchId);
        var batch = await account.CommitAsync([new SettleHold("s", Hold(1), 3), new ReleaseHold("l", Hold(2))], Start);

        var found = await AccountAsync();

        Assert.Equal((account.ETag, account.State.BatchId), (found.ETag, found.State.BatchId));
        Assert.NotEqual(first, (found.ETag, found.State.BatchId));
        Assert.True(found.Exists && account.Exists);
        Assert.Null(found.State.Pending);
        Assert.Null(account.State.Pending);
        AssertSame(batch.State, found.Ledger);
        AssertSame(batch.State, account.Ledger);
    }

    [Fact]
    public async Task Write_AtAnOldVersion_IsFencedAndStoresNothing()
    {
        var late = await AccountAsync();
        await late.CommitAsync(Everything, Start);
        var owner = await AccountAsync();
        await owner.CommitAsync([new SettleHold("s2", Hold(1), 4)], Start);
        var etag = late.ETag;

        await Assert.ThrowsAsync<InconsistentStateException>(
            () => late.WriteAsync(late.Fold([new SettleHold("s1", Hold(1), 3)], Start)));

        Assert.Equal(etag, late.ETag);
        AssertSame(owner.Ledger, (await AccountAsync()).Ledger);
        Assert.Empty((await LookUpAsync(["s1"])).Operations);
    }

    /// <summary>The second sending of a batch whose reply was lost: stored once, and no repeat of itself.</summary>
    [Fact]
    public async Task Write_OfAStoredBatchAgain_IsFenced()
    {
        var account = await AccountAsync();
        var again = await AccountAsync();
        var batch = account.Fold(Everything, Start);
        await account.WriteAsync(batch);

        await Assert.ThrowsAsync<InconsistentStateException>(() => again.WriteAsync(batch));

        Assert.Equal(account.ETag, (await AccountAsync()).ETag);
    }

    [Fact]
    public async Task Write_FirstOnesAtOnce_OneIsStored()
    {
        var accounts = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => AccountAsync()));

        var writes = accounts.Select((account, i) =>
            account.WriteAsync(account.Fold([new GrantCredits($"g{i}", 5, "")], Start))).ToList();
        await Task.WhenAll(writes).ContinueWith(_ => { }, TaskScheduler.Default);

        _ = Assert.Single(writes, write => write.IsCompletedSuccessfully);
        Assert.All(
            writes.Where(write => write.IsFaulted),
            write => Assert.IsType<InconsistentStateException>(write.Exception!.InnerException));
        Assert.Equal(5, (await AccountAsync()).Ledger.Balance.PostedCredits);
    }

    [Fact]
    public async Task Write_KnownOperation_IsRejectedAndStoresNothing()
    {
        var account = await AccountAsync();
        await account.CommitAsync([new GrantCredits("g", 5, "")], Start);
        var (etag, batchId) = (account.ETag, account.State.BatchId);

        await Assert.ThrowsAsync<OperationKnownException>(() => account.WriteAsync(
            account.Fold([new GrantCredits("g", 5, ""), new GrantCredits("g2", 5, "")], Start)));

        var found = await AccountAsync();
        Assert.Equal((etag, etag, batchId), (account.ETag, found.ETag, found.State.BatchId));
        Assert.Equal(5, found.Ledger.Balance.PostedCredits);
        Assert.Empty((await LookUpAsync(["g2"])).Operations);
        await account.WriteAsync(account.Fold([new GrantCredits("g2", 5, "")], Start));
    }

    [Fact]
    public async Task Write_HoldIdOfAResolvedHold_IsRejected()
    {
        var account = await AccountAsync();
        await account.CommitAsync(Everything, Start);
        await account.CommitAsync([new ReleaseHold("l", Hold(1))], Start);

        await Assert.ThrowsAsync<OperationKnownException>(
            () => account.WriteAsync(account.Fold([new ReserveCredits("r9", Hold(1), 1)], Start)));
    }

    [Fact]
    public async Task Clear_Always_IsRefused()
    {
        var account = await AccountAsync();
        await account.CommitAsync(Everything, Start);

        await Assert.ThrowsAsync<NotSupportedException>(account.ClearAsync);

        Assert.True((await AccountAsync()).Exists);
    }

    [Fact]
    public async Task LookUp_AfterWrites_KnowsAnswersAndResolvedHolds()
    {
        var account = await AccountAsync();
        var first = await account.CommitAsync([.. Everything, new ReserveCredits("no", Hold(3), 1000)], Start);
        await account.CommitAsync([new SettleHold("s", Hold(1), 3)], Start);

        var facts = await LookUpAsync(["no", "r1", "unknown"], Hold(1), Hold(9));

        var known = first.Operations.Where(o => o.OperationId is "no" or "r1").ToList();
        Assert.Equal(known.Select(o => o.OperationId).Order(), facts.Operations.Keys.Order());
        Assert.All(known, o => Assert.Equal(Json(o), Json(facts.Operations[o.OperationId])));
        var hold = Assert.Single(facts.Holds);
        Assert.Equal((HoldStatus.Settled, 3L), (hold.Status, hold.ChargedCredits));
    }

    [Fact]
    public async Task ListEntries_WithFilters_PagesThroughThoseThatMatch()
    {
        var account = await AccountAsync();
        var batch = await account.CommitAsync(Everything, Start);
        await account.CommitAsync([new SettleHold("s", Hold(1), 3)], Start.AddHours(1));

        Assert.Equal([5, 4], await SequencesAsync(new CreditEntryQuery(2)));
        Assert.Equal([3, 2], await SequencesAsync(new CreditEntryQuery(2, Before: 4)));
        Assert.Equal([4, 3], await SequencesAsync(new CreditEntryQuery(9, Kind: EntryKind.Reserved)));
        Assert.Equal([5, 3], await SequencesAsync(new CreditEntryQuery(9, HoldId: Hold(1))));
        Assert.Equal([5], await SequencesAsync(new CreditEntryQuery(9, From: Start.AddHours(1))));
        Assert.Equal([4], await SequencesAsync(new CreditEntryQuery(1, Until: Start.AddHours(1))));
        var listed = await EntriesAsync(new CreditEntryQuery(9, Before: 5));
        Assert.All(batch.Entries.Zip(listed.Reverse()), pair =>
        {
            Assert.Equal(pair.First with { Hash = [] }, pair.Second with { Hash = [] });
            Assert.Equal(pair.First.Hash.AsSpan(), pair.Second.Hash.AsSpan());
        });
    }

    [Fact]
    public async Task Write_ManyAccountsAtOnce_EachHasItsOwn()
    {
        var (storage, _) = await OpenAsync();
        var accounts = Enumerable.Range(0, 50)
            .Select(_ => new StoredCreditAccount(storage, Guid.CreateVersion7())).ToList();

        await Task.WhenAll(accounts.Select((account, i) =>
            account.CommitAsync([new GrantCredits("g", i + 1, "")], Start)));

        await Task.WhenAll(accounts.Select(account => account.ReadAsync()));
        Assert.Equal(
            Enumerable.Range(1, 50).Select(i => (long)i), accounts.Select(a => a.Ledger.Balance.PostedCredits));
    }

    /// <summary>Entries 1 to 4: two grants of all kinds of times, two holds.</summary>
    private static ImmutableArray<ICreditCommand> Everything { get; } =
    [
        new GrantCredits("g1", 20, "top-up", CreditCategory.Paid, 1, null, Start.AddDays(9), "kim"),
        new GrantCredits("g2", 7, "한글", CreditCategory.Promotional, 0, Start.AddDays(1)),
        new ReserveCredits("r1", Hold(1), 8),
        new ReserveCredits("r2", Hold(2), 5, TimeSpan.FromHours(3)),
    ];

    private static Guid Hold(int number) => new(number, 0, 0, new byte[8]);

    /// <summary>As a new activation reads it, in a process that has seen nothing.</summary>
    private async Task<StoredCreditAccount> AccountAsync()
    {
        var account = new StoredCreditAccount((await OpenAsync()).Storage, _id);
        await account.ReadAsync();
        return account;
    }

    private async Task<LedgerFacts> LookUpAsync(IReadOnlyCollection<string> operationIds, params Guid[] holdIds) =>
        await (await OpenAsync()).History.LookUpAsync(_id, operationIds, holdIds, Cancelled);

    private async Task<IReadOnlyList<CreditEntry>> EntriesAsync(CreditEntryQuery query) =>
        (await PageAsync(query)).Entries;

    private async Task<CreditEntryPage> PageAsync(CreditEntryQuery query) =>
        await (await OpenAsync()).History.ListEntriesAsync(_id, query, Cancelled);

    private async Task<IEnumerable<long>> SequencesAsync(CreditEntryQuery query) =>
        (await EntriesAsync(query)).Select(e => e.Sequence);

    private static string Json(LedgerOperation operation) =>
        operation.Content + LedgerContent.OfAnswer(operation.Answer);

    private static void AssertSame(LedgerState expected, LedgerState found)
    {
        Assert.Equal(expected.LastHash.AsSpan(), found.LastHash.AsSpan());
        Assert.Equal(expected.Grants.AsEnumerable(), found.Grants);
        Assert.Equal(expected.Holds.Keys.Order(), found.Holds.Keys.Order());
        Assert.All(expected.Holds.Values, hold =>
        {
            Assert.Equal(hold with { Slices = [] }, found.Holds[hold.HoldId] with { Slices = [] });
            Assert.Equal(hold.Slices.AsEnumerable(), found.Holds[hold.HoldId].Slices);
        });
        Assert.Equal(Bare(expected), Bare(found));
    }

    private static LedgerState Bare(LedgerState state) =>
        state with { LastHash = [], Grants = [], Holds = ImmutableDictionary<Guid, CreditHold>.Empty };
}
