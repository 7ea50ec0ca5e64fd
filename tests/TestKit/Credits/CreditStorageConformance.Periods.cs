using Ax2.Credits;
using Xunit;

namespace Ax2.TestKit.Credits;

public abstract partial class CreditStorageConformance
{
    /// <summary>Several entries at one instant, instants without any, and both ends beyond all.</summary>
    [Fact]
    public async Task ListEntries_OfAnyPeriod_AreThoseOfItsTimes()
    {
        var account = await AccountAsync();
        Assert.Empty(await EntriesAsync(new CreditEntryQuery(9, From: Start)));
        foreach (var (version, seconds) in new[] { 0, 1, 1, 3, 4, 4, 9 }.Index())
        {
            await account.CommitAsync(
                [.. Enumerable.Range(0, 1 + (version % 3)).Select(i => new GrantCredits($"g{version}-{i}", 1, ""))],
                Start.AddSeconds(seconds));
        }

        var all = await EntriesAsync(new CreditEntryQuery(99));
        DateTimeOffset?[] times = [null, .. Enumerable.Range(-1, 12).Select(s => (DateTimeOffset?)Start.AddSeconds(s))];

        Assert.Equal(13, all.Count);
        foreach (var (from, until) in times.SelectMany(from => times.Select(until => (from, until))))
        {
            var listed = await SequencesAsync(new CreditEntryQuery(99, From: from, Until: until));
            var expected = all.Where(e => !(e.OccurredAt < from) && !(e.OccurredAt >= until)).Select(e => e.Sequence);
            Assert.Equal(expected, listed);
        }
    }
}
