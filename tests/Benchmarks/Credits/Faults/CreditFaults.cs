using System.Diagnostics;
using Ax2.Local.Audit;
using Ax2.TestKit;
using Ax2.TestKit.Cluster;
using Ax2.TestKit.Speech;
using Npgsql;

namespace Ax2.Benchmarks.Credits.Faults;

/// <summary>
/// Load on a few accounts while, round by round, a silo is killed, PostgreSQL is killed, replies to commits are lost,
/// or two clusters work on the same accounts. A round ends when the service answers again. Then the audit must be
/// silent, and every acknowledged operation must be there with the answer that was given.
/// </summary>
public static class CreditFaults
{
    private const int Accounts = 4;

    /// <summary>Commands that must be answered after a fault before the round is over.</summary>
    private const int Progress = 150;

    /// <summary>A service that does not answer again is broken, too.</summary>
    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(90);
    private static readonly TimeSpan PollInterval = TimeSpan.FromMilliseconds(20);

    /// <param name="seed">Decides the faults and the commands, not the timing of processes.</param>
    public static async Task<BenchReport> RunAsync(int rounds, int seed)
    {
        // Silos want an engine, and this one they need not load.
        await using var speech = await SlowSpeechServer.StartAsync(1, CancellationToken.None);
        await using var cluster = await LocalCluster.StartAsync(
            new LocalClusterOptions { Silos = 0, Apis = 0, Settings = speech.Settings }, CancellationToken.None);
        var lost = new LostReplies();
        using var relay = new TcpRelay(cluster.Postgres.Port, mayAnswer: lost.MayPass);
        // Each a cluster of its own over the same database: to the ledger they are two activations of every account.
        var silo = await StartSiloAsync(cluster, relay, "faults-1");
        using var one = await SiloClient.ConnectAsync(silo, "faults-1");
        using var two = await SiloClient.ConnectAsync(await StartSiloAsync(cluster, relay, "faults-2"), "faults-2");
        return await RunAsync(rounds, seed, cluster, silo, lost, one, two);
    }

    private static Task<SiloNode> StartSiloAsync(LocalCluster cluster, TcpRelay relay, string clusterId) =>
        cluster.AddSiloAsync(CancellationToken.None, new Dictionary<string, string>
        {
            ["Orleans__ClusterId"] = clusterId,
            ["ConnectionStrings__Postgres"] = new NpgsqlConnectionStringBuilder(cluster.Postgres.ConnectionString)
            {
                Port = relay.Port,
            }.ToString(),
        });

    private static async Task<BenchReport> RunAsync(
        int rounds,
        int seed,
        LocalCluster cluster,
        SiloNode silo,
        LostReplies lost,
        SiloClient one,
        SiloClient two)
    {
        var accounts = Enumerable.Range(0, Accounts).Select(_ => Guid.CreateVersion7()).ToList();
        var random = new Random(seed);
        var isDoubled = false;
        var load = new FaultWorkload(
            seed, r => Volatile.Read(ref isDoubled) && r.Next(2) == 0 ? two.Grains : one.Grains, accounts);
        using var stop = new CancellationTokenSource();
        var running = load.RunAsync(stop.Token);
        var counts = new Dictionary<string, int>();
        var recoveries = new List<double>();
        var started = Stopwatch.GetTimestamp();
        for (var round = 1; round <= rounds; round++)
        {
            await Task.Delay(TimeSpan.FromMilliseconds(random.Next(50, 800)), TimeProvider.System);
            // The first four rounds see each fault once, in the seed's order of the rest.
            var fault = round <= 4 ? round - 1 : random.Next(4);
            Volatile.Write(ref isDoubled, fault == 3);
            var name = await InflictAsync(fault, cluster, silo, lost);
            counts[name] = counts.GetValueOrDefault(name) + 1;
            var when = $"round {round} of seed {seed}: {name}";
            recoveries.Add(await AwaitProgressAsync(load, running, when));
            await CheckAsync(cluster.Postgres.ConnectionString, load.Acknowledged, when);
        }

        await stop.CancelAsync();
        await running.ContinueWith(_ => { }, TaskScheduler.Default);
        await CheckAsync(cluster.Postgres.ConnectionString, load.Acknowledged, $"the end of seed {seed}");
        return Report(
            load,
            lost,
            [
                new("rounds", rounds, "", ">= 100"),
                new("seed", seed, ""),
                new("minutes", Stopwatch.GetElapsedTime(started).TotalMinutes, "min", "< 25"),
                .. counts.Select(count => new BenchResult(count.Key, count.Value, "rounds")),
                new("longest_silence_s", recoveries.DefaultIfEmpty().Max(), "s"),
            ]);
    }

    /// <summary>Seconds until the service has answered anew. Throws what the load threw.</summary>
    private static async Task<double> AwaitProgressAsync(FaultWorkload load, Task running, string when)
    {
        var goal = load.Acknowledged.Count + Progress;
        var started = Stopwatch.GetTimestamp();
        while (load.Acknowledged.Count < goal)
        {
            if (running.IsCompleted)
            {
                await running;
            }

            if (Stopwatch.GetElapsedTime(started) > Timeout)
            {
                throw new FaultRunException($"After {when}: the service did not come back.");
            }

            await Task.Delay(PollInterval, TimeProvider.System);
        }

        return Stopwatch.GetElapsedTime(started).TotalSeconds;
    }

    private static async Task<string> InflictAsync(int fault, LocalCluster cluster, SiloNode silo, LostReplies lost)
    {
        switch (fault)
        {
            case 0:
                lost.Drop(5);
                return "replies_dropped";
            case 1:
                await silo.KillAsync(CancellationToken.None);
                silo.Launch();
                return "silo_kills";
            case 2:
                await cluster.Postgres.KillAsync(CancellationToken.None);
                await cluster.Postgres.StartAsync(CancellationToken.None);
                return "postgres_kills";
            default:
                return "double_activations";
        }
    }

    private static async Task CheckAsync(
        string connectionString, IReadOnlyCollection<Acknowledged> answered, string when)
    {
        // What was acknowledged before the snapshot must be in it.
        Acknowledged[] acknowledged = [.. answered];
        await using var database = NpgsqlDataSource.Create(connectionString + ";Pooling=false");
        var audit = new CreditAudit(Path.Combine(Ax2Home.RepositoryRoot, "sql", "audit"));
        foreach (var finding in await audit.RunAsync(database, CancellationToken.None))
        {
            if (finding.Rows.Count > 0)
            {
                throw new FaultRunException($"After {when}: {finding.Query}: {finding.Rows[0]}");
            }
        }

        await using var missing = database.CreateCommand(
            """
            SELECT a.operation_id FROM unnest($1, $2, $3) AS a (account_id, operation_id, refusal)
            LEFT JOIN ax2.credit_operations o USING (account_id, operation_id)
            WHERE o.answer IS NULL OR (o.answer::jsonb #>> '{refusal,code}') IS DISTINCT FROM a.refusal
            LIMIT 1
            """);
        missing.Parameters.Add(new NpgsqlParameter<Guid[]>
        {
            TypedValue = [.. acknowledged.Select(a => a.AccountId)],
        });
        missing.Parameters.Add(new NpgsqlParameter<string[]>
        {
            TypedValue = [.. acknowledged.Select(a => a.OperationId)],
        });
        missing.Parameters.Add(new NpgsqlParameter<string?[]>
        {
            TypedValue = [.. acknowledged.Select(a => a.Refusal)],
        });
        if (await missing.ExecuteScalarAsync() is string lost)
        {
            throw new FaultRunException($"After {when}: operation {lost} was acknowledged and is lost or another one.");
        }
    }

    private static BenchReport Report(FaultWorkload load, LostReplies lost, IEnumerable<BenchResult> run) => new(
        "credit-faults",
        [
            .. run,
            new("commit_replies_lost", lost.Dropped, "", "> 0"),
            new("acknowledged", load.Acknowledged.Count, "commands", "> 0"),
            new("carried_out", load.Acknowledged.Count(a => a.Refusal is null), "commands", "> 0"),
            new("repeats", load.Repeats, "commands"),
            new("violations", 0, "", "0"),
        ]);
}
