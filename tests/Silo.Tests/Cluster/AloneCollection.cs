using Xunit;

namespace Ax2.Tests.Cluster;

/// <summary>Whole clusters of processes: beside other tests their deadlines would measure the machine's load.</summary>
[CollectionDefinition(Name, DisableParallelization = true)]
public sealed class AloneCollection
{
    public const string Name = "alone";
}
