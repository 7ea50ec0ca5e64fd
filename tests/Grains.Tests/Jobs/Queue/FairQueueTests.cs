using System.Diagnostics;
using System.Net;
using CsCheck;
using Orleans.Runtime;
using Xunit;

namespace Ax2.Jobs.Queue;

public sealed class FairQueueTests
{
    private static readonly DateTimeOffset Noon = new(2026, 1, 1, 12, 0, 0, TimeSpan.Zero);

    private static readonly FairQueue Fair = new(new QueueOptions());

    private static readonly Gen<Case> Cases =
        from cap in Gen.Int[0, 4]
        from jobs in Gen.Select(Gen.Int[0, 5], Gen.Int[0, 20], Gen.Int[1, 4]).Array[0, 25]
        from silos in Gen.Int[-1, 5].Array[0, 5]
        from running in Gen.Int[0, 5].Array[6]
        from decayed in Gen.Int[0, 3].Array[6]
        select new Case(
            cap,
            [.. jobs.Select((job, i) => Request(job.Item1, i, Noon.AddMinutes(job.Item2), job.Item3))],
            [.. silos.Select((free, i) => new FreeCapacity(Silo(i), free))],
            running.Zip(decayed).Select((use, i) => (User(i), new UserUsage(use.First, use.Second))).ToDictionary());

    [Fact]
    public void Share_Anything_KeepsEveryLimit() => Cases.Sample(c =>
    {
        var grants = Fair.Share(c.Waiting, c.Silos, c.Uses, c.Cap);

        Assert.All(c.Silos, silo => Assert.True(grants.Count(g => g.Silo.Equals(silo.Silo)) <= Math.Max(0, silo.Free)));
        Assert.All(c.Waiting, job => Assert.True(grants.Count(g => g.JobId == job.JobId) <= job.Wanted));
        Assert.All(grants.CountBy(g => g.UserId), user =>
            Assert.True(c.Cap == 0 || user.Value + c.Running(user.Key) <= c.Cap));
    });

    [Fact]
    public void Share_Anything_LeavesNoCapacityFreeThatSomebodyMayHave() => Cases.Sample(c =>
    {
        var grants = Fair.Share(c.Waiting, c.Silos, c.Uses, c.Cap);

        var isFull = grants.Count == c.Silos.Sum(silo => Math.Max(0, silo.Free));
        Assert.True(isFull || c.Waiting.All(job => grants.Count(g => g.JobId == job.JobId) == job.Wanted
            || c.Running(job.UserId) + grants.Count(g => g.UserId == job.UserId) >= c.Cap && c.Cap > 0));
    });

    [Fact]
    public void Share_Anything_NobodyGetsMoreThanAnotherWhoStillWaits() => Cases.Sample(c =>
    {
        var grants = Fair.Share(c.Waiting, c.Silos, c.Uses, c.Cap);

        int Has(Guid user) => c.Running(user) + grants.Count(g => g.UserId == user);
        var given = grants.Select(g => g.UserId).Distinct();
        var hungry = c.Waiting.Where(job => grants.Count(g => g.JobId == job.JobId) < job.Wanted)
            .Select(job => job.UserId).Where(user => c.Cap == 0 || Has(user) < c.Cap).Distinct();
        Assert.All(hungry, user => Assert.All(given, other => Assert.True(Has(other) <= Has(user) + 1)));
    });

    [Fact]
    public void Share_ArgumentsInAnotherOrder_SameGrants() => Cases.Sample(c => Assert.Equal(
        Fair.Share(c.Waiting, c.Silos, c.Uses, c.Cap),
        Fair.Share(c.Waiting.Reverse(), c.Silos.Reverse(), c.Uses, c.Cap)));

    [Fact]
    public void InOrder_NoCap_IsTheOrderOfTheFirstGrants() => Cases.Sample(c =>
    {
        var queue = new FairQueue(new QueueOptions());
        var grants = queue.Share(c.Waiting, [new FreeCapacity(Silo(0), 10_000)], c.Uses, cap: 0);

        Assert.Equal(
            grants.Select(grant => grant.JobId).Distinct(),
            queue.InOrder(c.Waiting, c.Uses).Select(request => request.JobId));
    });

    [Fact]
    public void InOrder_UserAtTheCap_StandsBehindWhoMayHaveMore()
    {
        var queue = new FairQueue(new QueueOptions { MaxRunningPerUser = 1, PlanWeights = { ["large"] = 100 } });
        var capped = Request(0, 0, Noon) with { Plan = "large" };
        var free = Request(1, 1, Noon.AddHours(1));

        var inOrder = queue.InOrder([capped, free], new Dictionary<Guid, UserUsage> { [User(0)] = new(1, 0) });

        Assert.Equal([free, capped], inOrder);
    }

    [Fact]
    public void Share_SeveralSilos_TheEmptiestIsTakenFirst()
    {
        var silos = new[] { new FreeCapacity(Silo(0), 1), new FreeCapacity(Silo(1), 3), new FreeCapacity(Silo(2), 2) };

        var grants = new FairQueue(new QueueOptions()).Share(
            [Request(0, 0, Noon, wanted: 6)], silos, new Dictionary<Guid, UserUsage>(), cap: 0);

        Assert.Equal([Silo(1), Silo(1), Silo(2), Silo(0), Silo(1), Silo(2)], grants.Select(grant => grant.Silo));
    }

    [Fact]
    public void Share_HeavyUserWithAThousandJobs_LightOneGetsTheNextFreeSlot()
    {
        var heavy = Enumerable.Range(0, 1000).Select(i => Request(0, i, Noon.AddMinutes(i))).ToList();
        var light = Request(1, 1000, Noon.AddDays(1));
        const int Capacity = 8;

        var grants = new FairQueue(new QueueOptions()).Share(
            [.. heavy, light],
            [new FreeCapacity(Silo(0), 1)],
            new Dictionary<Guid, UserUsage> { [User(0)] = new(Capacity - 1, 0) },
            cap: 0);

        Assert.Equal(light.JobId, Assert.Single(grants).JobId);
    }

    [Fact]
    public void Share_NobodyRunsAnything_WhoHasLessDecayedUsageComesFirst()
    {
        var earlier = Request(0, 0, Noon);
        var later = Request(1, 1, Noon.AddHours(1));
        var uses = new Dictionary<Guid, UserUsage> { [User(0)] = new(0, 0.5) };

        var grants = new FairQueue(new QueueOptions()).Share(
            [earlier, later], [new FreeCapacity(Silo(0), 1)], uses, cap: 0);

        Assert.Equal(later.JobId, Assert.Single(grants).JobId);
    }

    [Theory]
    [InlineData(1, 8, 8)]
    [InlineData(3, 12, 4)]
    [InlineData(7, 14, 2)]
    public void Share_Weights_SplitTheCapacity(int weight, int expectedLarge, int expectedStandard)
    {
        var queue = new FairQueue(new QueueOptions { PlanWeights = { ["large"] = weight } });
        SlotRequest[] waiting = [Request(0, 0, Noon, 100) with { Plan = "large" }, Request(1, 1, Noon, 100)];

        var grants = queue.Share(waiting, [new FreeCapacity(Silo(0), 16)], new Dictionary<Guid, UserUsage>(), cap: 0);

        Assert.Equal(expectedLarge, grants.Count(grant => grant.UserId == User(0)));
        Assert.Equal(expectedStandard, grants.Count(grant => grant.UserId == User(1)));
    }

    [Fact]
    public void Share_UnknownPlan_CountsOne() => Assert.Equal(1, new QueueOptions().WeightOf("unheard-of"));

    /// <summary>In time proportional to the square this would take minutes.</summary>
    [Fact]
    public void ShareAndInOrder_HundredThousandJobs_TakeLittleTime()
    {
        var waiting = Enumerable.Range(0, 100_000).Select(i => Request(i % 1000, i, Noon.AddSeconds(i % 777))).ToList();
        var queue = new FairQueue(new QueueOptions());
        var watch = Stopwatch.StartNew();

        var grants = queue.Share(waiting, [new FreeCapacity(Silo(0), 500)], new Dictionary<Guid, UserUsage>(), cap: 0);
        var inOrder = queue.InOrder(waiting, new Dictionary<Guid, UserUsage>());

        Assert.Equal(500, grants.Count);
        Assert.Equal(waiting.Count, inOrder.Count);
        Assert.True(watch.Elapsed < TimeSpan.FromSeconds(10), $"It took {watch.Elapsed}.");
    }

    private static SlotRequest Request(int user, int job, DateTimeOffset since, int wanted = 1) =>
        new(new Guid(job, 1, 0, new byte[8]), User(user), "standard", since, wanted, 60_000);

    private static Guid User(int user) => new(user, 2, 0, new byte[8]);

    private static SiloAddress Silo(int silo) => SiloAddress.New(new IPEndPoint(IPAddress.Loopback, 1000 + silo), 1);

    private sealed record Case(
        int Cap, IReadOnlyList<SlotRequest> Waiting, IReadOnlyList<FreeCapacity> Silos,
        Dictionary<Guid, UserUsage> Uses)
    {
        public int Running(Guid user) => Uses[user].Running;
    }
}
