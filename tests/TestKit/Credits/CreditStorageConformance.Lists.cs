using Ax2.Credits;
using Xunit;

namespace Ax2.TestKit.Credits;

/// <summary>How lists come in pages.</summary>
public abstract partial class CreditStorageConformance
{
    [Fact]
    public async Task ListEntries_FullOrLastPage_SaysWhereTheNextBegins()
    {
        await (await AccountAsync()).CommitAsync(Everything, Start);

        Assert.Equal(3, (await PageAsync(new CreditEntryQuery(2))).NextBefore);
        Assert.Null((await PageAsync(new CreditEntryQuery(2, Before: 3))).NextBefore);
        Assert.Null((await PageAsync(new CreditEntryQuery(4))).NextBefore);
        Assert.Equal(4, (await PageAsync(new CreditEntryQuery(1, Kind: EntryKind.Reserved))).NextBefore);
        Assert.Null((await PageAsync(new CreditEntryQuery(2, Kind: EntryKind.Reserved))).NextBefore);
    }

    /// <summary>A page of a kind or hold looks at so many entries and no more; the next one goes on there.</summary>
    [Fact]
    public async Task ListEntries_OfAKindOrHoldFarBack_AreFoundByFollowingThePages()
    {
        const int Read = ICreditHistory.MaxFilteredEntries;
        var account = await AccountAsync();
        await account.CommitAsync([new GrantCredits("g", 9, "test"), new ReserveCredits("r", Hold(1), 5)], Start);
        await account.CommitAsync([.. Enumerable.Range(0, Read).Select(i => Freeze(i))], Start.AddMinutes(1));

        var ofKind = await PageAsync(new CreditEntryQuery(9, Kind: EntryKind.Granted));
        var ofHold = await PageAsync(new CreditEntryQuery(9, HoldId: Hold(1)));
        var unknown = await PageAsync(new CreditEntryQuery(9, HoldId: Hold(2)));
        var later = await PageAsync(new CreditEntryQuery(9, HoldId: Hold(1), From: Start.AddMinutes(1)));
        var earlier = await PageAsync(new CreditEntryQuery(9, HoldId: Hold(1), Until: Start.AddMinutes(1)));

        Assert.All([ofKind, ofHold, unknown], page => AssertEmpty(page, nextBefore: 3));
        Assert.Equal([1L], await SequencesAsync(new CreditEntryQuery(9, 3, EntryKind.Granted)));
        Assert.Equal([2L], await SequencesAsync(new CreditEntryQuery(9, 3, HoldId: Hold(1))));
        Assert.Null((await PageAsync(new CreditEntryQuery(9, 3, HoldId: Hold(2)))).NextBefore);
        AssertEmpty(later, nextBefore: null);
        Assert.Equal(2, Assert.Single(earlier.Entries).Sequence);
        Assert.Null(earlier.NextBefore);
        Assert.Equal(Read + 2, (await PageAsync(new CreditEntryQuery(Read + 2))).Entries.Length);

        static ICreditCommand Freeze(int number) =>
            new FreezeAccount($"f{number}", number % 2 == 0, "kim", "test");
    }

    [Fact]
    public async Task ListEntries_OfNoAccount_IsOneEmptyPage()
    {
        AssertEmpty(await PageAsync(new CreditEntryQuery(9, long.MaxValue, EntryKind.Granted)), nextBefore: null);
    }

    [Fact]
    public async Task ListDue_PageByPage_HasEachAccountInWhichSomethingIsDueOnceAndEarliestFirst()
    {
        var (storage, history) = await OpenAsync();
        var ids = Enumerable.Range(0, 4).Select(_ => Guid.CreateVersion7()).ToList();
        foreach (var (hours, id) in ids.Index())
        {
            await new StoredCreditAccount(storage, id).CommitAsync(
                [new GrantCredits("g", 9, "test"), new ReserveCredits("r", Hold(1), 5, TimeSpan.FromHours(4 - hours))],
                Start);
        }

        var listed = new List<Guid>();
        await foreach (var page in history.ListDueAsync(Start.AddHours(3), 1, Cancelled))
        {
            listed.Add(Assert.Single(page));
        }

        Assert.Equal([ids[3], ids[2], ids[1]], listed.Where(ids.Contains));
        Assert.Equal(listed.Distinct(), listed);
    }

    private static void AssertEmpty(CreditEntryPage page, long? nextBefore)
    {
        Assert.Empty(page.Entries);
        Assert.Equal(nextBefore, page.NextBefore);
    }
}
