namespace Ax2.Local;

public sealed class EmbeddedPostgresOptions
{
    /// <summary>Folder with <c>bin</c>, <c>lib</c> and <c>share</c>; see <see cref="PostgresComponent"/>.</summary>
    public required string Programs { get; init; }

    /// <summary>Everything this server owns: its cluster, password and log. Made when missing.</summary>
    public required string Folder { get; init; }

    /// <summary>Loopback port. Zero takes a free one at each start.</summary>
    public int Port { get; init; }

    /// <summary>Database that is made at the first start and named by the connection string.</summary>
    public string Database { get; init; } = "ax2";

    /// <summary>
    /// True waits for the disk at each commit. False is for tests only: a crash of the machine loses the cluster.
    /// </summary>
    public bool Durable { get; init; } = true;

    /// <summary>Default 200: several silos' pools and the API's. Zero is refused by the server.</summary>
    public int MaxConnections { get; init; } = 200;

    /// <summary>Default 128. Zero is refused by the server.</summary>
    public int SharedBuffersMb { get; init; } = 128;

    /// <summary>
    /// How long a start, crash recovery included, or a stop may take. Default 60 s; zero fails at once.
    /// </summary>
    public TimeSpan Timeout { get; init; } = TimeSpan.FromSeconds(60);
}
