using System.Globalization;
using Ax2.Local;

namespace Ax2.TestKit.Cluster;

/// <summary>A silo process, and the way between it and the rest of the cluster.</summary>
public sealed class SiloNode : ServiceNode
{
    private readonly SiloLink? _link;

    internal SiloNode(ServicePlan plan, SiloLink? link)
        : base(plan)
    {
        _link = link;
        Port = int.Parse(plan.Environment["Orleans__SiloPort"], CultureInfo.InvariantCulture);
        GatewayPort = int.Parse(plan.Environment["Orleans__GatewayPort"], CultureInfo.InvariantCulture);
    }

    /// <summary>The port that the membership table knows it by.</summary>
    public int Port { get; }

    /// <summary>The port that clients reach it at.</summary>
    public int GatewayPort { get; }

    internal Gate? Gate => _link?.Gate;

    /// <summary>
    /// It runs on, and nothing passes between it and the other silos, the APIs and PostgreSQL, until <see
    /// cref="Heal"/>. The object store and a speech provider stay reachable: that a silo which is given up goes on
    /// working is the harder case.
    /// </summary>
    public void Partition() => Link.Cut();

    public void Heal() => Link.Heal();

    protected override void Dispose(bool isDisposing)
    {
        base.Dispose(isDisposing);
        _link?.Dispose();
    }

    private SiloLink Link => _link ?? throw new InvalidOperationException(
        $"Set {nameof(LocalClusterOptions.CanPartition)} to partition a silo.");
}
