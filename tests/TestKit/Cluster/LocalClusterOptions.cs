namespace Ax2.TestKit.Cluster;

public sealed record LocalClusterOptions
{
    /// <summary>Default 1, at most 16.</summary>
    public int Silos { get; init; } = 1;

    /// <summary>Default 1, at most 8. Zero for who talks to the silos directly.</summary>
    public int Apis { get; init; } = 1;

    /// <summary>
    /// True puts relays around each silo, so that <see cref="SiloNode.Partition"/> works; every byte then costs a
    /// little more. Default false.
    /// </summary>
    public bool CanPartition { get; init; }

    /// <summary>Put over the environment of every silo and API: <c>Jobs__MaxChunksPerSilo</c> and so on.</summary>
    public IReadOnlyDictionary<string, string> Settings { get; init; } = new Dictionary<string, string>();

    /// <summary>
    /// Holds everything: logs, database, objects. Kept when the cluster ends. Default null: a temporary one, removed
    /// unless the environment has <c>AX2_KEEP_CLUSTERS</c>, to read the logs of a run that failed.
    /// </summary>
    public string? Folder { get; init; }

    /// <summary>Default 400 connections: each silo's pool may grow to 50.</summary>
    public int PostgresConnections { get; init; } = 400;

    /// <summary>PostgreSQL's own cache. Default 128.</summary>
    public int PostgresSharedBuffersMb { get; init; } = 128;
}
