using Ax2.TestKit.Credits;
using Orleans.Runtime;
using Xunit;

namespace Ax2.Credits;

/// <summary>Commits of the account grain over a storage that is slow, fails, or has another writer.</summary>
[Collection(nameof(GrainCluster))]
public sealed class CreditAccountCommitTests(GrainCluster cluster)
{
    private readonly Guid _id = Guid.CreateVersion7();

    private ICreditAccountGrain Account => cluster.Grains.GetGrain<ICreditAccountGrain>(_id);

    private InMemoryCredits Storage => cluster.Credits;

    [Fact]
    public async Task Reserve_ManyDuringACommit_ShareTheNext()
    {
        await Account.Grant(new GrantCredits("g", 1000, "test"));
        var before = Storage.WritesOf(_id);
        Storage.PauseWrites(_id);
        var reserves = Enumerable.Range(0, 500).Select(i =>
            Account.Reserve(new ReserveCredits($"r{i}", Guid.CreateVersion7(), 1))).ToList();
        await cluster.Calls.Until(Account, 1 + reserves.Count);
        var balance = await Account.GetBalance();
        Storage.ContinueWrites(_id);

        Assert.All(await Task.WhenAll(reserves), answer => Assert.Null(answer.Refusal));
        Assert.Equal(new CreditBalance(1000, 0), balance);
        Assert.Equal(new CreditBalance(1000, 500), await Account.GetBalance());
        Assert.InRange(Storage.WritesOf(_id) - before, 1, 2);
    }

    [Fact]
    public async Task Reserve_TooManyWait_IsRefusedAtOnceAndNotRemembered()
    {
        await Account.Grant(new GrantCredits("g", 10_000, "test"));
        var limits = new CreditsOptions();
        var capacity = limits.MaxWaitingCommands + limits.MaxBatchCommands;
        Storage.PauseWrites(_id);
        var calls = Enumerable.Range(0, capacity + 100).ToDictionary(
            i => $"r{i}", i => Account.Reserve(new ReserveCredits($"r{i}", new Guid(i, 1, 0, new byte[8]), 1)));
        var refused = await Task.WhenAny(calls.Values);
        Storage.ContinueWrites(_id);

        Assert.Equal(CreditRefusals.AccountBusy, (await refused).Refusal?.Code);
        await Task.WhenAll(calls.Values);
        var (name, _) = calls.First(c => c.Value == refused);
        var again = await Account.Reserve(new ReserveCredits(name, Guid.CreateVersion7(), 1));
        Assert.Null(again.Refusal);
    }

    [Fact]
    public async Task Reserve_ReplyLost_IsSettledByReading()
    {
        await Account.Grant(new GrantCredits("g", 10, "test"));
        Storage.Fail(_id, StorageFault.AfterEffect);

        var answer = await Account.Reserve(new ReserveCredits("r", Guid.CreateVersion7(), 4));

        Assert.Null(answer.Refusal);
        Assert.Equal(new CreditBalance(10, 4), answer.Balance);
        Assert.Equal(new CreditBalance(10, 4), await Account.GetBalance());
        Assert.Equal(2, Storage.Entries(_id).Count);
    }

    [Fact]
    public async Task Reserve_WriteNeverArrived_IsSentOnceMore()
    {
        await Account.Grant(new GrantCredits("g", 10, "test"));
        Storage.Fail(_id, StorageFault.BeforeEffect);

        var answer = await Account.Reserve(new ReserveCredits("r", Guid.CreateVersion7(), 4));

        Assert.Null(answer.Refusal);
        Assert.Equal(new CreditBalance(10, 4), await Account.GetBalance());
    }

    [Fact]
    public async Task Reserve_OutcomeUnknown_IsCarriedOutOnceWhenRepeated()
    {
        var reserve = new ReserveCredits("r", Guid.CreateVersion7(), 4);
        await Account.Grant(new GrantCredits("g", 10, "test"));
        Storage.Fail(_id, Unknown);

        await Assert.ThrowsAsync<OrleansException>(() => Account.Reserve(reserve));

        Assert.Null((await Account.Reserve(reserve)).Refusal);
        Assert.Equal(new CreditBalance(10, 4), await Account.GetBalance());
        Assert.Equal(2, Storage.Entries(_id).Count);
    }

    [Fact]
    public async Task Reserve_AnotherActivationWrote_LeavesAndTheNextActivationKnowsBetter()
    {
        await Account.Grant(new GrantCredits("g", 10, "test"));
        await WriteAsAnotherActivation(new AdjustCredits("a", -7, "kim", "test"));
        var reserve = new ReserveCredits("r", Guid.CreateVersion7(), 4);

        await Assert.ThrowsAsync<OrleansException>(() => Account.Reserve(reserve));

        Assert.Equal(CreditRefusals.Insufficient, (await Account.Reserve(reserve)).Refusal?.Code);
        Assert.Equal(new CreditBalance(3, 0), await Account.GetBalance());
    }

    [Fact]
    public async Task Reserve_RepeatAmongNewCommands_EachHasItsAnswer()
    {
        var hold = Guid.CreateVersion7();
        await Account.Grant(new GrantCredits("g", 10, "test"));
        var first = await Account.Reserve(new ReserveCredits("r", hold, 4));
        await Account.Release(new ReleaseHold("l", hold));
        Storage.PauseWrites(_id);

        var one = Account.Reserve(new ReserveCredits("r2", Guid.CreateVersion7(), 1));
        var repeat = Account.Reserve(new ReserveCredits("r", hold, 4));
        var other = Account.Reserve(new ReserveCredits("r3", hold, 2));
        Storage.ContinueWrites(_id);

        Assert.Null((await one).Refusal);
        Assert.Equal(first, await repeat);
        Assert.Equal(CreditRefusals.HoldExists, (await other).Refusal?.Code);
    }

    [Fact]
    public async Task Reserve_ReplyLostAndRepeated_IsFoldedAgainWithItsFirstAnswer()
    {
        var reserve = new ReserveCredits("r", Guid.CreateVersion7(), 4);
        await Account.Grant(new GrantCredits("g", 10, "test"));
        var first = await Account.Reserve(reserve);
        Storage.Fail(_id, StorageFault.BeforeEffect);

        var more = Account.Reserve(new ReserveCredits("r2", Guid.CreateVersion7(), 1));
        var again = Account.Reserve(reserve);

        Assert.Equal(first, await again);
        Assert.Null((await more).Refusal);
        Assert.Equal(new CreditBalance(10, 5), await Account.GetBalance());
        Assert.Equal(3, Storage.Entries(_id).Count);
    }

    [Fact]
    public async Task Reserve_WaitingWhenAnotherActivationWrote_FailsAndCanBeRepeated()
    {
        await Account.Grant(new GrantCredits("g", 100, "test"));
        await WriteAsAnotherActivation(new AdjustCredits("a", -7, "kim", "test"));
        Storage.PauseWrites(_id);
        var commands = Enumerable.Range(0, 20)
            .Select(i => new ReserveCredits($"r{i}", Guid.CreateVersion7(), 1)).ToList();
        var calls = new List<Task<CreditAnswer>> { Account.Reserve(commands[0]) };
        await cluster.Calls.Until(Account, 2);
        calls.AddRange(commands.Skip(1).Select(command => Account.Reserve(command)));
        await cluster.Calls.Until(Account, 1 + calls.Count);
        Storage.ContinueWrites(_id);

        await Assert.AllAsync(calls, call => Assert.ThrowsAsync<OrleansException>(() => call));
        var answers = await Task.WhenAll(commands.Select(command => Account.Reserve(command)));
        Assert.All(answers, answer => Assert.Null(answer.Refusal));
        Assert.Equal(new CreditBalance(93, 20), await Account.GetBalance());
    }

    /// <summary>Readers interleave with a write that is slow and then fails: none sees what is not stored.</summary>
    [Fact]
    public async Task Readers_WhileAWriteIsSlowAndFails_SeeWhatIsStored()
    {
        await Account.Grant(new GrantCredits("g", 10, "test"));
        var reserve = new ReserveCredits("r", Guid.CreateVersion7(), 4);
        Storage.PauseWrites(_id);
        Storage.Fail(_id, Enumerable.Repeat(StorageFault.BeforeEffect, 3));
        var call = Account.Reserve(reserve);
        await cluster.Calls.Until(Account, 2);

        await AssertOnlyTheGrantIsSeen();
        Storage.ContinueWrites(_id);
        await Assert.ThrowsAsync<OrleansException>(() => call);
        await AssertOnlyTheGrantIsSeen();

        Assert.Equal(new CreditBalance(10, 4), (await Account.Reserve(reserve)).Balance);
        Assert.Single((await Account.GetSummary()).Holds);
    }

    [Fact]
    public async Task GetStatement_OfAPeriod_OpensAndClosesWithTheEntriesBetween()
    {
        await Account.Grant(new GrantCredits("g", 10, "test"));
        var first = Storage.Entries(_id)[0].OccurredAt;
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

    private async Task AssertOnlyTheGrantIsSeen()
    {
        Assert.Equal(new CreditBalance(10, 0), await Account.GetBalance());
        Assert.Equal(new CreditBalance(10, 0), await Account.GetBalanceAt(DateTimeOffset.MaxValue.AddDays(-1)));
        Assert.Empty((await Account.GetSummary()).Holds);
        var page = await Account.ListEntries(new CreditEntryQuery(9));
        Assert.Equal(EntryKind.Granted, Assert.Single(page.Entries).Kind);
    }

    /// <summary>The batch is stored, but neither its reply nor what is read afterwards arrives.</summary>
    private static StorageFault[] Unknown { get; } =
        [StorageFault.AfterEffect, StorageFault.BeforeEffect, StorageFault.BeforeEffect];

    private Task<LedgerBatch> WriteAsAnotherActivation(ICreditCommand command) =>
        new StoredCreditAccount(Storage, _id).CommitAsync([command], TimeProvider.System.GetUtcNow());
}
