using Ax2.TestKit.Cluster;

namespace Ax2.Benchmarks.Jobs.Faults;

/// <summary>
/// What can happen to a cluster. Each fault comes, lasts for a while and is made good: its process runs again, its silo
/// is thawed and healed, so that a round ends with as many silos as it began with.
/// </summary>
internal sealed class ClusterFaults(LocalCluster cluster, Random random)
{
    public static readonly string[] Kinds =
    [
        "silo_kills", "silo_freezes", "postgres_restarts", "silo_partitions", "silo_stops",
        "silo_pair_kills", "postgres_kills", "api_kills",
    ];

    /// <summary>True when a silo that was given up may have gone on working.</summary>
    public static bool LeavesZombies(string kind) => kind is "silo_freezes" or "silo_partitions";

    public async Task InflictAsync(string kind, CancellationToken cancellationToken)
    {
        var silo = cluster.Silos[random.Next(cluster.Silos.Count)];
        var length = TimeSpan.FromMilliseconds(random.Next(500, 12_000));
        switch (kind)
        {
            case "silo_kills":
                await silo.KillAsync(cancellationToken);
                await Task.Delay(length, TimeProvider.System, cancellationToken);
                break;
            case "silo_freezes":
                silo.Freeze();
                await Task.Delay(length, TimeProvider.System, cancellationToken);
                silo.Thaw();
                break;
            case "silo_partitions":
                silo.Partition();
                await Task.Delay(length, TimeProvider.System, cancellationToken);
                silo.Heal();
                break;
            case "silo_stops":
                await silo.StopAsync(cancellationToken);
                break;
            case "silo_pair_kills":
                var index = random.Next(cluster.Silos.Count);
                await cluster.Silos[index].KillAsync(cancellationToken);
                await cluster.Silos[(index + 1) % cluster.Silos.Count].KillAsync(cancellationToken);
                break;
            case "postgres_kills":
                await cluster.Postgres.KillAsync(cancellationToken);
                await Task.Delay(length / 4, TimeProvider.System, cancellationToken);
                await cluster.Postgres.StartAsync(cancellationToken);
                break;
            case "postgres_restarts":
                await cluster.Postgres.StopAsync(cancellationToken);
                await cluster.Postgres.StartAsync(cancellationToken);
                break;
            case "api_kills":
                await cluster.Apis[0].KillAsync(cancellationToken);
                break;
            default:
                throw new ArgumentOutOfRangeException(nameof(kind), kind, "There is no such fault.");
        }

        await MakeGoodAsync(cancellationToken);
    }

    /// <summary>Starts again whatever has ended, a silo included that ended itself because it was given up.</summary>
    public async Task MakeGoodAsync(CancellationToken cancellationToken)
    {
        foreach (var node in cluster.Silos.Concat(cluster.Apis).Where(node => !node.IsRunning))
        {
            await node.StartAsync(cancellationToken);
        }
    }
}
