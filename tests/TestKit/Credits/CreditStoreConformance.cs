using System.Collections.Immutable;
using Ax2.Credits;
using Xunit;

namespace Ax2.TestKit.Credits;

/// <summary>What every <see cref="ICreditStore"/> does. A test class derives from it and brings the store.</summary>
public abstract partial class CreditStoreConformance
{
    private static readonly DateTimeOffset Start = new(2030, 1, 1, 0, 0, 0, TimeSpan.Zero);
    private static readonly CreditsOptions Options = new();
    private readonly Guid account = Guid.CreateVersion7();

    protected abstract Task<ICreditStore> StoreAsync();

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Load_UnknownAccount_IsNew()
    {
        var store = await StoreAsync();

        var found = await store.LoadAsync(account, Cancelled);

        Assert.Equal((0, Guid.Empty), (found.Version, found.LastBatchId));
        AssertSame(new LedgerState(account), found.State);
    }

    [Fact]
    public async Task Load_AfterCommits_IsTheCommittedState()
    {
        var store = await StoreAsync();
        var first = await CommitAsync(store, 0, Everything);
        var second = await CommitAsync(store, 1, [new SettleHold("s", Hold(1), 3), new ReleaseHold("l", Hold(2))]);

        var found = await store.LoadAsync(account, Cancelled);

        Assert.Equal(2, found.Version);
        Assert.Equal(second.BatchId, found.LastBatchId);
        Assert.NotEqual(first.BatchId, second.BatchId);
        AssertSame(second.Batch.State, found.State);
    }

    [Fact]
    public async Task Commit_WithAnOldVersion_IsFencedAndStoresNothing()
    {
        var store = await StoreAsync();
        await CommitAsync(store, 0, Everything);
        var late = await FoldAsync(store, 1, [new SettleHold("s1", Hold(1), 3)]);
        await CommitAsync(store, 1, [new SettleHold("s2", Hold(1), 4)]);
        var before = await store.LoadAsync(account, Cancelled);

        Assert.Equal(CommitOutcome.Fenced, await store.CommitAsync(late, Cancelled));

        AssertSame(before.State, (await store.LoadAsync(account, Cancelled)).State);
        Assert.Empty((await store.LookUpAsync(account, ["s1"], [], Cancelled)).Operations);
    }

    [Fact]
    public async Task Commit_TwoFirstOnes_OneWins()
    {
        var store = await StoreAsync();
        var commits = await Task.WhenAll(Enumerable.Range(0, 8).Select(i =>
            FoldAsync(store, 0, [new GrantCredits($"g{i}", 5, "")])));

        var outcomes = await Task.WhenAll(commits.Select(c => store.CommitAsync(c, Cancelled)));

        Assert.Single(outcomes, CommitOutcome.Committed);
        Assert.Equal(5, (await store.LoadAsync(account, Cancelled)).State.Balance.PostedCredits);
    }

    [Fact]
    public async Task Commit_KnownOperation_IsRepeatedAndStoresNothing()
    {
        var store = await StoreAsync();
        await CommitAsync(store, 0, [new GrantCredits("g", 5, "")]);
        var again = await FoldAsync(store, 1, [new GrantCredits("g", 5, ""), new GrantCredits("g2", 5, "")]);

        Assert.Equal(CommitOutcome.Repeated, await store.CommitAsync(again, Cancelled));

        Assert.Equal(1, (await store.LoadAsync(account, Cancelled)).Version);
        Assert.Empty((await store.LookUpAsync(account, ["g2"], [], Cancelled)).Operations);
    }

    [Fact]
    public async Task Commit_HoldIdOfAResolvedHold_IsRepeated()
    {
        var store = await StoreAsync();
        await CommitAsync(store, 0, Everything);
        await CommitAsync(store, 1, [new ReleaseHold("l", Hold(1))]);
        var again = await FoldAsync(store, 2, [new ReserveCredits("r9", Hold(1), 1)]);

        Assert.Equal(CommitOutcome.Repeated, await store.CommitAsync(again, Cancelled));
    }

    [Fact]
    public async Task LookUp_KnowsAnswersAndResolvedHolds()
    {
        var store = await StoreAsync();
        var first = await CommitAsync(store, 0, [.. Everything, new ReserveCredits("no", Hold(3), 1000)]);
        await CommitAsync(store, 1, [new SettleHold("s", Hold(1), 3)]);

        var facts = await store.LookUpAsync(account, ["no", "r1", "unknown"], [Hold(1), Hold(9)], Cancelled);

        var known = first.Batch.Operations.Where(o => o.OperationId is "no" or "r1").ToList();
        Assert.Equal(known.Select(o => o.OperationId).Order(), facts.Operations.Keys.Order());
        Assert.All(known, o => Assert.Equal(Json(o), Json(facts.Operations[o.OperationId])));
        var hold = Assert.Single(facts.Holds);
        Assert.Equal((HoldStatus.Settled, 3L), (hold.Status, hold.ChargedCredits));
    }

    [Fact]
    public async Task ListEntries_FiltersAndPages()
    {
        var store = await StoreAsync();
        var commit = await CommitAsync(store, 0, Everything);
        await CommitAsync(store, 1, [new SettleHold("s", Hold(1), 3)], Start.AddHours(1));

        Assert.Equal([5, 4], await SequencesAsync(store, new CreditEntryQuery(2)));
        Assert.Equal([3, 2], await SequencesAsync(store, new CreditEntryQuery(2, Before: 4)));
        Assert.Equal([4, 3], await SequencesAsync(store, new CreditEntryQuery(9, Kind: EntryKind.Reserved)));
        Assert.Equal([5, 3], await SequencesAsync(store, new CreditEntryQuery(9, HoldId: Hold(1))));
        Assert.Equal([5], await SequencesAsync(store, new CreditEntryQuery(9, From: Start.AddHours(1))));
        Assert.Equal([4], await SequencesAsync(store, new CreditEntryQuery(1, Until: Start.AddHours(1))));
        var listed = await store.ListEntriesAsync(account, new CreditEntryQuery(9, Before: 5), Cancelled);
        Assert.All(commit.Batch.Entries.Zip(listed.Reverse()), pair =>
        {
            Assert.Equal(pair.First with { Hash = [] }, pair.Second with { Hash = [] });
            Assert.Equal(pair.First.Hash.AsSpan(), pair.Second.Hash.AsSpan());
        });
    }

    [Fact]
    public async Task Commit_ManyAccountsAtOnce_EachHasItsOwn()
    {
        var store = await StoreAsync();
        var accounts = Enumerable.Range(0, 50).Select(_ => Guid.CreateVersion7()).ToList();

        await Task.WhenAll(accounts.Select((id, i) =>
        {
            var batch = Ledger.Fold(
                new LedgerState(id), [new GrantCredits("g", i + 1, "")], LedgerFacts.None, Start, Options);
            return store.CommitAsync(new CreditCommit(Guid.CreateVersion7(), 0, batch), Cancelled);
        }));

        var found = await Task.WhenAll(accounts.Select(id => store.LoadAsync(id, Cancelled)));
        Assert.Equal(Enumerable.Range(1, 50).Select(i => (long)i), found.Select(a => a.State.Balance.PostedCredits));
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

    private async Task<CreditCommit> FoldAsync(
        ICreditStore store, long version, ImmutableArray<ICreditCommand> commands, DateTimeOffset? now = null)
    {
        var stored = await store.LoadAsync(account, Cancelled);
        Assert.Equal(version, stored.Version);
        var batch = Ledger.Fold(stored.State, commands, LedgerFacts.None, now ?? Start, Options);
        return new CreditCommit(Guid.CreateVersion7(), version, batch);
    }

    private async Task<CreditCommit> CommitAsync(
        ICreditStore store, long version, ImmutableArray<ICreditCommand> commands, DateTimeOffset? now = null)
    {
        var commit = await FoldAsync(store, version, commands, now);
        Assert.Equal(CommitOutcome.Committed, await store.CommitAsync(commit, Cancelled));
        return commit;
    }

    private async Task<IEnumerable<long>> SequencesAsync(ICreditStore store, CreditEntryQuery query) =>
        (await store.ListEntriesAsync(account, query, Cancelled)).Select(e => e.Sequence);

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
