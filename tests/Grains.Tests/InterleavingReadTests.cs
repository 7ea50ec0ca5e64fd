using System.Reflection;
using Ax2.Credits;
using Ax2.Jobs.Chunks;
using Orleans.Concurrency;
using Orleans.Runtime;
using Xunit;

namespace Ax2;

/// <summary>Whoever reads a grain while it writes sees what is stored, and never what is not.</summary>
[Collection(nameof(GrainCluster))]
public sealed class InterleavingReadTests
{
    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(30);

    /// <summary>
    /// They settle a fault by reading, instead of failing: <see cref="CreditAccountCommitTests"/>,
    /// <see cref="CaptionChunkReadersTests"/>.
    /// </summary>
    private static readonly Type[] Recovering = [typeof(CreditAccountGrain), typeof(CaptionChunkGrain)];

    private readonly GrainCluster _cluster;

    public InterleavingReadTests(GrainCluster cluster)
    {
        ArgumentNullException.ThrowIfNull(cluster);
        _cluster = cluster;
        cluster.Reset();
    }

    public static TheoryData<string> Rows => [.. InterleavingReads.All.Select(row => NameOf(row.Grain, row.Write))];

    [Theory, MemberData(nameof(Rows))]
    public async Task Read_WhileAWriteWaits_IsTheStateBefore(string row)
    {
        var subject = await Prepare(row);
        var before = await subject.Read();
        var held = _cluster.Storage.HoldNextWriteOf(subject.Grain);

        var write = subject.Write();
        await held.Begun.WaitAsync(Timeout, TestContext.Current.CancellationToken);
        Assert.Equal(before, await subject.Read());

        held.Release();
        await write;
        Assert.NotEqual(before, await subject.Read());
    }

    [Theory, MemberData(nameof(Rows))]
    public async Task Read_WriteFails_IsTheStateBeforeAndTheActivationIsGivenUpOnce(string row)
    {
        var subject = await Prepare(row);
        var before = await subject.Read();
        var reads = _cluster.Storage.ReadsOf(subject.Grain);
        var held = _cluster.Storage.HoldNextWriteOf(subject.Grain);

        var write = subject.Write();
        await held.Begun.WaitAsync(Timeout, TestContext.Current.CancellationToken);
        Assert.Equal(before, await subject.Read());
        held.Fail();

        await Assert.ThrowsAnyAsync<Exception>(() => write);
        for (var i = 0; i < 3; i++)
        {
            Assert.Equal(before, await subject.Read());
        }

        Assert.Equal(reads + 1, _cluster.Storage.ReadsOf(subject.Grain));
    }

    [Theory, MemberData(nameof(Rows))]
    public async Task Read_ReplyOfAWriteIsLost_IsReadAnewFromTheStorage(string row)
    {
        var subject = await Prepare(row);
        var before = await subject.Read();
        _cluster.Storage.LoseNextReplyTo(subject.Grain);

        await Assert.ThrowsAnyAsync<Exception>(subject.Write);

        Assert.NotEqual(before, await subject.Read());
    }

    [Fact]
    public void Rows_GrainsThatCanBeReadWhileTheyWrite_AreAllAmongThem()
    {
        var found = typeof(StoredState<>).Assembly.GetTypes()
            .Where(type => HasState(type) && CanBeReadWhileItWrites(type)).Select(type => type.Name);
        var covered = InterleavingReads.All.Select(row => row.Grain).Distinct().Concat(Recovering)
            .Select(type => type.Name);

        Assert.Equal(found.Order(StringComparer.Ordinal), covered.Order(StringComparer.Ordinal));
    }

    private static string NameOf(Type grain, string write) => $"{grain.Name}: {write}";

    private static bool HasState(Type grain) => grain.GetConstructors()
        .SelectMany(made => made.GetParameters())
        .Any(parameter => parameter.GetCustomAttributes().OfType<IPersistentStateConfiguration>().Any());

    private static bool CanBeReadWhileItWrites(Type grain) =>
        grain.IsDefined(typeof(ReentrantAttribute)) || grain.IsDefined(typeof(MayInterleaveAttribute))
        || grain.GetInterfaces().SelectMany(contract => contract.GetMethods())
            .Any(method => method.IsDefined(typeof(AlwaysInterleaveAttribute)));

    private Task<InterleavingRead> Prepare(string row) =>
        InterleavingReads.All.Single(known => NameOf(known.Grain, known.Write) == row).Prepare(_cluster);
}
