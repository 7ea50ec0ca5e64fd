using System.Text.RegularExpressions;
using Ax2.Local;
using Ax2.TestKit.Cluster;
using Npgsql;

namespace Ax2.Benchmarks.Cluster;

/// <summary>
/// Three silos at full load on the processors of this machine: how often one that lives is suspected or voted dead, and
/// how soon one that is frozen or killed is known to be dead, for a few settings.
/// </summary>
internal static partial class MembershipBenchmark
{
    private const int Silos = 3;
    private const int MinutesOfProduct = 10;
    private const int MinutesOfOthers = 3;
    private const int QuickMinutes = 2;
    private const string Membership = "Orleans__Membership__";
    private static readonly TimeSpan LookEvery = TimeSpan.FromMilliseconds(200);
    private static readonly TimeSpan DeathTimeout = TimeSpan.FromMinutes(3);

    /// <summary>What is put over the product's own settings. The first is the product.</summary>
    private static readonly (string Name, (string Key, string Value)[] Settings)[] Candidates =
    [
        ("product", []),
        ("crowded", [("Speech__Embedded__Threads", $"{Environment.ProcessorCount}")]),
        ("server_gc", [("DOTNET_gcServer", "1")]),
        // What Orleans itself makes of probes of a second.
        ("max_4s", [(Membership + "MaxProbeTimeout", "00:00:04")]),
    ];

    /// <param name="minutes">Of each setting; null for the default.</param>
    /// <param name="only">One of the settings; null for the product's and those it is compared with.</param>
    public static async Task<BenchReport> RunAsync(
        bool isQuick, int? minutes, string? only, CancellationToken cancellationToken)
    {
        var chosen = Candidates.Where(candidate => only is null || candidate.Name == only).ToList();
        if (chosen.Count == 0)
        {
            var names = string.Join(", ", Candidates.Select(candidate => candidate.Name));
            throw new SetupException($"There is no setting '{only}'; there are {names}.");
        }

        List<BenchResult> results = [];
        foreach (var (name, settings) in chosen)
        {
            var length = minutes ?? (isQuick ? QuickMinutes : name == "product" ? MinutesOfProduct : MinutesOfOthers);
            results.AddRange(await MeasureAsync(name, settings, TimeSpan.FromMinutes(length), cancellationToken));
        }

        return new BenchReport("membership", results) { Note = $"{Silos} silos, of which one is frozen and later killed at the end." };
    }

    private static async Task<IEnumerable<BenchResult>> MeasureAsync(
        string name, (string Key, string Value)[] own, TimeSpan length, CancellationToken cancellationToken)
    {
        var settings = new Dictionary<string, string>(EngineLoad.Settings)
        {
            ["Logging__LogLevel__Orleans"] = "Information",
            // A silo that is killed on purpose is no fault of the chunk.
            ["Jobs__MaxWorkerDeaths"] = "0",
        };
        foreach (var (key, value) in own)
        {
            settings[key] = value;
        }

        await using var cluster = await LocalCluster.StartAsync(
            new LocalClusterOptions { Silos = Silos, Settings = settings }, cancellationToken);
        await using var load = await EngineLoad.StartAsync(cluster, cancellationToken);
        var before = Processors.Read();
        var (deaths, votes) = await WatchAsync(cluster, length, cancellationToken);
        var busy = Processors.Busy(before, Processors.Read());
        var missed = cluster.Silos.Sum(silo => MissedProbe().Count(ReadShared(silo.Log)));
        var jobs = load.Done;
        var silo = cluster.Silos[^1];
        var frozen = await DeathAsync(cluster, silo, Freeze, cancellationToken);
        await silo.KillAsync(cancellationToken);
        await silo.StartAsync(cancellationToken);
        var killed = await DeathAsync(cluster, silo, () => silo.KillAsync(cancellationToken), cancellationToken);
        return
        [
            new($"{name}_false_deaths", deaths, "silos", name == "product" ? "<= 0" : null),
            new($"{name}_death_votes", votes, "votes", name == "product" ? "<= 0" : null),
            new($"{name}_missed_probes", missed, "probes"),
            new($"{name}_frozen_noticed_s", frozen, "s", name == "product" ? "<= 10" : null),
            new($"{name}_death_noticed_s", killed, "s", name == "product" ? "<= 10" : null),
            new($"{name}_processors_busy", busy, "of 1", name == "product" ? Processors.IsFull : null),
            new($"{name}_minutes", length.TotalMinutes, "min"),
            new($"{name}_jobs", jobs, "jobs", name == "product" ? ">= 1" : null),
        ];

        Task Freeze()
        {
            silo.Freeze();
            return Task.CompletedTask;
        }
    }

    /// <summary>Nothing is killed meanwhile: every death and every vote is wrong. The dead are started again.</summary>
    private static async Task<(int Deaths, int Votes)> WatchAsync(
        LocalCluster cluster, TimeSpan length, CancellationToken cancellationToken)
    {
        var (deaths, votes) = (new HashSet<(int Port, int Generation)>(), new HashSet<string>());
        var since = TimeProvider.System.GetTimestamp();
        while (TimeProvider.System.GetElapsedTime(since) < length)
        {
            await Task.Delay(LookEvery, TimeProvider.System, cancellationToken);
            foreach (var member in await ReadAsync(cluster, cancellationToken))
            {
                votes.UnionWith(member.Votes.Select(vote => $"{member.Port}@{member.Generation} {vote}"));
                if (member.Status == MemberStatus.Dead)
                {
                    deaths.Add((member.Port, member.Generation));
                }
            }

            foreach (var silo in cluster.Silos.Where(silo => !silo.IsRunning))
            {
                await silo.StartAsync(cancellationToken);
            }
        }

        return (deaths.Count, votes.Count);
    }

    /// <summary>Seconds from the end of a silo to its death in the table, the others still at full load.</summary>
    private static async Task<double> DeathAsync(
        LocalCluster cluster, SiloNode silo, Func<Task> end, CancellationToken cancellationToken)
    {
        var generation = (await ReadAsync(cluster, cancellationToken))
            .Where(member => member.Port == silo.Port).Max(member => member.Generation);
        var since = TimeProvider.System.GetTimestamp();
        await end();
        while (!(await ReadAsync(cluster, cancellationToken)).Any(IsDead))
        {
            if (TimeProvider.System.GetElapsedTime(since) > DeathTimeout)
            {
                throw new SetupException($"The silo was not dead after {DeathTimeout.TotalSeconds:0} s.");
            }

            await Task.Delay(LookEvery / 4, TimeProvider.System, cancellationToken);
        }

        return TimeProvider.System.GetElapsedTime(since).TotalSeconds;

        bool IsDead(MemberVotes member) =>
            member.Port == silo.Port && member.Generation == generation && member.Status == MemberStatus.Dead;
    }

    private static async Task<List<MemberVotes>> ReadAsync(LocalCluster cluster, CancellationToken cancellationToken)
    {
        await using var database = NpgsqlDataSource.Create(cluster.Postgres.ConnectionString + ";Pooling=false");
        await using var query = database.CreateCommand(
            "SELECT port, generation, status, coalesce(suspect_times, '') FROM orleans.membership");
        await using var rows = await query.ExecuteReaderAsync(cancellationToken);
        List<MemberVotes> members = [];
        while (await rows.ReadAsync(cancellationToken))
        {
            members.Add(new(
                rows.GetInt32(0), rows.GetInt32(1), (MemberStatus)rows.GetInt32(2),
                rows.GetString(3).Split('|', StringSplitOptions.RemoveEmptyEntries)));
        }

        return members;
    }

    private static string ReadShared(string path)
    {
        using var log = new StreamReader(
            new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete));
        return log.ReadToEnd();
    }

    /// <summary>As Orleans logs it.</summary>
    [GeneratedRegex("Did not get response for probe #")]
    private static partial Regex MissedProbe();

    /// <param name="Votes">Who suspects it, and since when.</param>
    private sealed record MemberVotes(int Port, int Generation, MemberStatus Status, string[] Votes);
}
