using Ax2.Local;

namespace Ax2.TestKit.Cluster;

/// <summary>A silo process, and the way between it and the rest of the cluster.</summary>
public sealed class SiloNode : ServiceNode
{
    private readonly SiloLink? _link;

    internal SiloNode(ServicePlan plan, SiloLink? link)
        : base(plan) => (_link, Port) = (link, link?.SiloPort ?? PortOf(plan));

    /// <summary>The port that the membership table knows it by.</summary>
    public int Port { get; }

    internal Gate? Gate => _link?.Gate;

    /// <summary>
    /// It runs on, and nothing passes between it and the other silos, the APIs and PostgreSQL, until <see cref="Heal"/>.
    /// The object store and a speech provider stay reachable: that a silo which is given up goes on working is the
    /// harder case.
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

    private static int PortOf(ServicePlan plan) => int.Parse(
        plan.Environment["Orleans__SiloPort"], System.Globalization.CultureInfo.InvariantCulture);
}
