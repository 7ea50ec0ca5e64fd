using Ax2.Media;
using Ax2.TestKit;
using Xunit;

namespace Ax2.Tests.Postgres;

[NeedsProcesses]
public sealed class UploadIndexTests(MigratedDatabase database) : IClassFixture<MigratedDatabase>
{
    private static readonly DateTimeOffset _beganAt = new(2030, 1, 1, 9, 0, 0, TimeSpan.FromHours(9));
    private readonly Guid _workspace = Guid.CreateVersion7();

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Uploads_AreListedPageByPage_EachOnce_UntilTheyAreRemoved()
    {
        var index = new UploadIndex(await database.SourceAsync());
        var ids = Enumerable.Range(0, 5).Select(_ => Guid.CreateVersion7()).ToList();
        foreach (var id in ids.Append(ids[0]))
        {
            await index.AddAsync(_workspace, id, _beganAt, Cancelled);
        }

        await index.AddAsync(Guid.CreateVersion7(), Guid.CreateVersion7(), _beganAt, Cancelled);
        Assert.Equal(ids.Order(), await All(index));

        await index.RemoveAsync(Guid.CreateVersion7(), ids[1], Cancelled);
        await index.RemoveAsync(_workspace, ids[2], Cancelled);
        await index.RemoveAsync(_workspace, ids[2], Cancelled);
        Assert.Equal(ids.Where(id => id != ids[2]).Order(), await All(index));
    }

    private async Task<List<Guid>> All(UploadIndex index)
    {
        var all = new List<Guid>();
        Guid? last = null;
        while (await index.ListOfWorkspaceAsync(_workspace, last, 2, Cancelled) is { IsEmpty: false } page)
        {
            all.AddRange(page);
            last = page[^1];
        }

        return all;
    }
}
