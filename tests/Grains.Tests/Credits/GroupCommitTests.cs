using Ax2.TestKit.Credits;
using Orleans.Runtime;
using Xunit;

namespace Ax2.Credits;

[Collection(nameof(GrainCluster))]
public sealed class GroupCommitTests(GrainCluster cluster)
{
    private readonly Guid id = Guid.CreateVersion7();

    private ICreditAccountGrain Account => cluster.Grains.GetGrain<ICreditAccountGrain>(id);

    private InMemoryCreditStore Store => cluster.Credits;

    [Fact]
    public async Task ManyCommands_ThatCameDuringACommit_ShareTheNext()
    {
        await Account.Grant(new GrantCredits("g", 1000, "test"));
        var before = Store.CommitsOf(id);
        Store.Hold();
        var reserves = Enumerable.Range(0, 500).Select(i =>
            Account.Reserve(new ReserveCredits($"r{i}", Guid.CreateVersion7(), 1))).ToList();
        await cluster.Calls.Until(Account, 1 + reserves.Count);
        var balance = await Account.GetBalance();
        Store.Release();

        Assert.All(await Task.WhenAll(reserves), answer => Assert.Null(answer.Refusal));
        Assert.Equal(new CreditBalance(1000, 0), balance);
        Assert.Equal(new CreditBalance(1000, 500), await Account.GetBalance());
        Assert.InRange(Store.CommitsOf(id) - before, 1, 2);
    }

    [Fact]
    public async Task QueueFull_RefusesAtOnceAndForgetsIt()
    {
        await Account.Grant(new GrantCredits("g", 10_000, "test"));
        var limits = new CreditsOptions();
        var room = limits.MaxWaitingCommands + limits.MaxBatchCommands;
        Store.Hold();
        var calls = Enumerable.Range(0, room + 100).ToDictionary(
            i => $"r{i}", i => Account.Reserve(new ReserveCredits($"r{i}", new Guid(i, 1, 0, new byte[8]), 1)));
        var refused = await Task.WhenAny(calls.Values);
        Store.Release();

        Assert.Equal(CreditRefusals.AccountBusy, (await refused).Refusal?.Code);
        await Task.WhenAll(calls.Values);
        var (name, _) = calls.First(c => c.Value == refused);
        var again = await Account.Reserve(new ReserveCredits(name, Guid.CreateVersion7(), 1));
        Assert.Null(again.Refusal);
    }

    [Fact]
    public async Task ReplyLost_AfterTheCommit_IsSettledByReading()
    {
        await Account.Grant(new GrantCredits("g", 10, "test"));
        Store.Fail(id, CommitFault.AfterEffect);

        var answer = await Account.Reserve(new ReserveCredits("r", Guid.CreateVersion7(), 4));

        Assert.Null(answer.Refusal);
        Assert.Equal(new CreditBalance(10, 4), answer.Balance);
        Assert.Equal(new CreditBalance(10, 4), await Account.GetBalance());
        Assert.Equal(2, Store.Entries(id).Count);
    }

    [Fact]
    public async Task Commit_ThatNeverArrived_IsSentOnceMore()
    {
        await Account.Grant(new GrantCredits("g", 10, "test"));
        Store.Fail(id, CommitFault.BeforeEffect);

        var answer = await Account.Reserve(new ReserveCredits("r", Guid.CreateVersion7(), 4));

        Assert.Null(answer.Refusal);
        Assert.Equal(new CreditBalance(10, 4), await Account.GetBalance());
    }

    [Fact]
    public async Task Storage_Down_FailsTheCallersAndForgetsWhatIsNotDurable()
    {
        var reserve = new ReserveCredits("r", Guid.CreateVersion7(), 4);
        await Account.Grant(new GrantCredits("g", 10, "test"));
        Store.Fail(id, CommitFault.BeforeEffect, CommitFault.AfterEffect);

        await Assert.ThrowsAsync<OrleansException>(() => Account.Reserve(reserve));

        Assert.Null((await Account.Reserve(reserve)).Refusal);
        Assert.Equal(new CreditBalance(10, 4), await Account.GetBalance());
        Assert.Equal(2, Store.Entries(id).Count);
    }

    [Fact]
    public async Task FencedOff_LeavesAndTheNextActivationKnowsBetter()
    {
        await Account.Grant(new GrantCredits("g", 10, "test"));
        await CommitBehindItsBack(new AdjustCredits("a", -7, "kim", "test"));
        var reserve = new ReserveCredits("r", Guid.CreateVersion7(), 4);

        await Assert.ThrowsAsync<OrleansException>(() => Account.Reserve(reserve));

        Assert.Equal(CreditRefusals.Insufficient, (await Account.Reserve(reserve)).Refusal?.Code);
        Assert.Equal(new CreditBalance(3, 0), await Account.GetBalance());
    }

    [Fact]
    public async Task Repeat_TogetherWithNewCommands_EachHasItsAnswer()
    {
        var hold = Guid.CreateVersion7();
        await Account.Grant(new GrantCredits("g", 10, "test"));
        var first = await Account.Reserve(new ReserveCredits("r", hold, 4));
        await Account.Release(new ReleaseHold("l", hold));
        Store.Hold();

        var one = Account.Reserve(new ReserveCredits("r2", Guid.CreateVersion7(), 1));
        var repeat = Account.Reserve(new ReserveCredits("r", hold, 4));
        var other = Account.Reserve(new ReserveCredits("r3", hold, 2));
        Store.Release();

        Assert.Null((await one).Refusal);
        Assert.Equal(first, await repeat);
        Assert.Equal(CreditRefusals.HoldExists, (await other).Refusal?.Code);
    }

    [Fact]
    public async Task Statement_OpensAndClosesWithTheEntriesBetween()
    {
        await Account.Grant(new GrantCredits("g", 10, "test"));
        var first = Store.Entries(id)[0].OccurredAt;
        await Account.Reserve(new ReserveCredits("r", Guid.CreateVersion7(), 4));
        await Account.Adjust(new AdjustCredits("a", -1, "kim", "test"));

        var statement = await Account.GetStatement(first.AddTicks(10), DateTimeOffset.MaxValue);
        var page = await Account.ListEntries(new CreditEntryQuery(2));
        var rest = await Account.ListEntries(new CreditEntryQuery(2, page.NextBefore));

        Assert.True(statement.IsComplete);
        Assert.Equal(new CreditBalance(10, 0), statement.Opening);
        Assert.Equal([2L, 3L], statement.Entries.Select(e => e.Sequence));
        Assert.Equal(new CreditBalance(9, 4), statement.Closing);
        Assert.Equal(new CreditBalance(10, 0), await Account.GetBalanceAt(first));
        Assert.Equal([3L, 2L, 1L], page.Entries.Concat(rest.Entries).Select(e => e.Sequence));
        Assert.Null(rest.NextBefore);
    }

    private async Task CommitBehindItsBack(ICreditCommand command)
    {
        var stored = await Store.LoadAsync(id, TestContext.Current.CancellationToken);
        var batch = Ledger.Fold(
            stored.State, [command], LedgerFacts.None, TimeProvider.System.GetUtcNow(), new CreditsOptions());
        await Store.CommitAsync(
            new CreditCommit(Guid.CreateVersion7(), stored.Version, batch), TestContext.Current.CancellationToken);
    }
}
