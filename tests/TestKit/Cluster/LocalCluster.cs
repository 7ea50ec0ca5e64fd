using System.Collections.Immutable;
using Ax2.Local;
using Ax2.TestKit.Limits;
using Npgsql;

namespace Ax2.TestKit.Cluster;

/// <summary>
/// Real silos and APIs, each a process of its own, over a real PostgreSQL, all on loopback and in one folder. Nothing of
/// it outlives this process.
/// </summary>
public sealed class LocalCluster : IAsyncDisposable
{
    private const int MaxApis = 8;
    private static readonly IReadOnlyDictionary<string, string> NoSettings = new Dictionary<string, string>();

    private readonly LocalClusterOptions _options;
    private readonly LocalLayout _layout;
    private readonly List<ServiceNode> _apis = [];
    private ImmutableList<SiloNode> _silos = [];
    private PostgresNode? _postgres;

    private LocalCluster(LocalClusterOptions options, LocalLayout layout) => (_options, _layout) = (options, layout);

    public PostgresNode Postgres => _postgres!;

    public IReadOnlyList<SiloNode> Silos => _silos;

    public IReadOnlyList<ServiceNode> Apis => _apis;

    /// <summary>Of the first API.</summary>
    public Uri Origin => _apis[0].Origin;

    /// <summary>Holds all that follows, and may hold more; it goes when the cluster does.</summary>
    public string Folder => _layout.Home;

    /// <summary>The object store's folder.</summary>
    public string Objects => _layout.Objects;

    /// <summary>Where the silos put what is of use only while they work.</summary>
    public string Temporary => _layout.Temporary;

    public string Logs => _layout.Logs;

    /// <summary>Answers when all are ready. Builds the services first when their sources have changed.</summary>
    public static async Task<LocalCluster> StartAsync(
        LocalClusterOptions options, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(options);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(options.Silos, LocalLayout.MaxSilos);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(options.Apis, MaxApis);
        var layout = new LocalLayout(Ax2Home.RepositoryRoot, MakeHome(options.Folder), FreePorts.FindRun(60));
        var cluster = new LocalCluster(options, layout);
        try
        {
            await ServicesBuild.EnsureAsync(layout, new Progress<string>(), TimeProvider.System, cancellationToken);
            SecretFiles.Ensure(layout);
            cluster._postgres = await PostgresNode.StartAsync(layout, options, cancellationToken);
            await cluster.StartServicesAsync(cancellationToken);
            return cluster;
        }
        catch
        {
            await cluster.DisposeAsync();
            throw;
        }
    }

    /// <summary>One more silo, ready when it answers.</summary>
    /// <param name="settings">Put over everything else in its environment. Default nothing.</param>
    public async Task<SiloNode> AddSiloAsync(
        CancellationToken cancellationToken, IReadOnlyDictionary<string, string>? settings = null)
    {
        var silo = NewSilo(settings);
        await silo.StartAsync(cancellationToken);
        return silo;
    }

    /// <summary>What the membership table says about every incarnation of every silo.</summary>
    public async Task<IReadOnlyList<Member>> ReadMembersAsync(CancellationToken cancellationToken)
    {
        await using var database = NpgsqlDataSource.Create(Postgres.ConnectionString + ";Pooling=false");
        await using var query = database.CreateCommand("SELECT port, generation, status FROM orleans.membership");
        await using var rows = await query.ExecuteReaderAsync(cancellationToken);
        var members = new List<Member>();
        while (await rows.ReadAsync(cancellationToken))
        {
            members.Add(new Member(rows.GetInt32(0), rows.GetInt32(1), (MemberStatus)rows.GetInt32(2)));
        }

        return members;
    }

    /// <summary>Kills what runs: order is <see cref="ServiceNode.StopAsync"/>'s matter.</summary>
    public async ValueTask DisposeAsync()
    {
        foreach (var node in _apis.Concat(_silos))
        {
            await node.KillAsync(CancellationToken.None);
            node.Dispose();
        }

        if (_postgres is not null)
        {
            await _postgres.DisposeAsync();
        }

        if (_options.Folder is null && Environment.GetEnvironmentVariable("AX2_KEEP_CLUSTERS") is null or "")
        {
            Directory.Delete(_layout.Home, recursive: true);
        }
    }

    private async Task StartServicesAsync(CancellationToken cancellationToken)
    {
        for (var i = 0; i < _options.Silos; i++)
        {
            NewSilo().Launch();
        }

        await Task.WhenAll(_silos.Select(silo => silo.WaitUntilReadyAsync(cancellationToken)));
        for (var i = 0; i < _options.Apis; i++)
        {
            NewApi(i).Launch();
        }

        await Task.WhenAll(_apis.Select(api => api.WaitUntilReadyAsync(cancellationToken)));
    }

    private SiloNode NewSilo(IReadOnlyDictionary<string, string>? settings = null)
    {
        var index = _silos.Count;
        var ports = _layout.Silo(index);
        var link = _options.CanPartition
            ? new SiloLink(ports.Silo, ports.Gateway, Postgres.Port, GateOfClient)
            : null;
        var connection = new NpgsqlConnectionStringBuilder(Postgres.ConnectionString);
        connection.Port = link?.PostgresPort ?? connection.Port;
        var plan = StackPlan.Silo(_layout, index, Math.Max(_options.Silos, index + 1), connection.ToString(), []);
        var own = (link?.Environment ?? NoSettings).Concat(settings ?? NoSettings);
        var silo = new SiloNode(Over(plan, own), link);
        _silos = _silos.Add(silo);
        return silo;
    }

    private ServiceNode NewApi(int index)
    {
        var origin = LocalLayout.Loopback(index == 0 ? _layout.ApiPort : _layout.PostgresPort + index);
        var plan = StackPlan.Api(_layout, Postgres.ConnectionString, []) with
        {
            Name = $"{StackPlan.ApiName} {index}",
            Http = origin,
            Log = Path.Combine(_layout.Logs, $"api-{index}.log"),
        };
        var urls = new Dictionary<string, string> { ["ASPNETCORE_URLS"] = origin.GetLeftPart(UriPartial.Authority) };
        var api = new ServiceNode(Over(plan, urls));
        _apis.Add(api);
        return api;
    }

    private ServicePlan Over(ServicePlan plan, IEnumerable<KeyValuePair<string, string>> own)
    {
        var shared = new Dictionary<string, string>(NoLimits.Settings)
        {
            ["Speech__Embedded__ModelFolder"] = Ax2Home.Models,
        };
        var environment = new Dictionary<string, string>(plan.Environment);
        foreach (var (name, value) in shared.Concat(_options.Settings).Concat(own))
        {
            environment[name] = value;
        }

        return plan with { Environment = environment };
    }

    /// <summary>Silos know each other by their relays, so the sender is known by its socket alone.</summary>
    private Gate? GateOfClient(int clientPort)
    {
        var silos = _silos;
        var owner = SocketOwner.Of(clientPort, silos.Select(silo => silo.ProcessId).OfType<int>());
        return owner is null ? null : silos.Find(silo => silo.ProcessId == owner)?.Gate;
    }

    private static string MakeHome(string? folder)
    {
        var home = folder ?? Directory.CreateTempSubdirectory("ax2-cluster-").FullName;
        // PostgreSQL runs as another user when this runs as root, and must reach its data.
        if (!OperatingSystem.IsWindows())
        {
            File.SetUnixFileMode(home, (UnixFileMode)Convert.ToInt32("755", 8));
        }

        return home;
    }
}

/// <param name="Port">See <see cref="SiloNode.Port"/>.</param>
/// <param name="Generation">A silo that starts again has a higher one.</param>
public sealed record Member(int Port, int Generation, MemberStatus Status);

/// <summary>As Orleans numbers them.</summary>
public enum MemberStatus
{
    None = 0,
    Created = 1,
    Joining = 2,
    Active = 3,
    ShuttingDown = 4,
    Stopping = 5,
    Dead = 6,
}
