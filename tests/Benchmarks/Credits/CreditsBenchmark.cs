using Ax2.Credits;
using Ax2.Local.Audit;
using Ax2.TestKit;
using Ax2.TestKit.Cluster;
using Ax2.TestKit.Speech;
using Npgsql;

namespace Ax2.Benchmarks.Credits;

/// <summary>
/// Reserve and settle through the account grain of a real silo, against <see cref="PlainLedger"/> on the same durable
/// PostgreSQL: in turns, in one run. Every figure is the median of the rounds, every ratio that of the rounds' ratios.
/// Then the same commands over HTTP through <see cref="CreditApi"/>, on the same machine as its callers. The quick form
/// is the hot account with 64 callers alone.
/// </summary>
internal static class CreditsBenchmark
{
    private const int Rounds = 9;
    private const int ManyAccounts = 10_000;
    private const long Funds = 1_000_000_000;
    private const string Note =
        "http_* ran through a benchmark host with the API's pipeline and two routes that the product does not have.";
    private static readonly TimeSpan Duration = TimeSpan.FromSeconds(1.5);

    /// <summary>Until what either side runs is compiled: the compiler takes a quarter of a processor at first.</summary>
    private static readonly TimeSpan WarmUp = TimeSpan.FromSeconds(8);

    internal static async Task<BenchReport> RunAsync(bool isQuick)
    {
        // The silo behind HTTP wants an engine, and this one it need not load.
        await using var speech = await SlowSpeechServer.StartAsync(1, CancellationToken.None);
        await using var cluster = await LocalCluster.StartAsync(
            new LocalClusterOptions { Silos = 0, Apis = 0, Settings = speech.Settings }, CancellationToken.None);
        var results = new List<BenchResult>();
        results.AddRange(await CompareAsync(cluster.Postgres.ConnectionString, isQuick));
        results.AddRange(isQuick ? [] : await MeasureHttpAsync(cluster));
        await AuditAsync(cluster.Postgres.ConnectionString);
        return new BenchReport("credits", results) { Note = isQuick ? null : Note };
    }

    private static async Task<List<BenchResult>> MeasureHttpAsync(LocalCluster cluster)
    {
        using var http = await HttpCredits.StartAsync(cluster, Funds);
        Guid[] signedIn = [Guid.Empty];
        await CreditLoad.RunAsync(64, 2 * Duration, signedIn, http.Pair);
        var rounds = new List<LoadFigures>();
        for (var i = 0; i < Rounds; i++)
        {
            rounds.Add(await CreditLoad.RunAsync(64, Duration, signedIn, http.Pair));
        }

        return
        [
            new("http_hot64_per_s", Median(rounds, r => r.PerSecond), "1/s"),
            new("http_hot64_p99_ms", Median(rounds, r => r.P99Ms), "ms"),
        ];
    }

    private static async Task<List<BenchResult>> CompareAsync(string connectionString, bool isQuick)
    {
        await using var silo = await CreditSilo.StartAsync(connectionString);
        // The service's commits keep their connections; the pool's resets are spared here, too.
        await using var database = NpgsqlDataSource.Create(
            connectionString + ";Maximum Pool Size=100;No Reset On Close=true");
        var plain = new PlainLedger(database);
        Guid[] hot = [Guid.CreateVersion7()];
        var many = Enumerable.Range(0, isQuick ? 0 : ManyAccounts).Select(_ => Guid.CreateVersion7()).ToArray();
        await FundAsync(silo, [.. hot, .. many]);
        await plain.CreateAsync([.. hot, .. many], Funds);

        CreditLoad.Pair service = (account, hold, answered) => Serve(silo, account, hold, answered);
        CreditLoad.Pair baseline = (account, hold, answered) => Serve(plain, account, hold, answered);
        var results = new List<BenchResult>();
        var cases = new[]
        {
            ("hot64", 64, hot, ">= 20", "< 1"),
            ("hot512", 512, hot, ">= 20", "< 1"),
            ("many", 64, many, ">= 2", "< 1"),
        };
        foreach (var (name, callers, accounts, goal, p99Goal) in cases.Take(isQuick ? 1 : cases.Length))
        {
            results.AddRange(await CompareAsync(name, callers, accounts, service, baseline, goal, p99Goal));
        }

        return results;
    }

    private static async Task<IEnumerable<BenchResult>> CompareAsync(
        string name, int callers, Guid[] accounts, CreditLoad.Pair service, CreditLoad.Pair baseline, string goal,
        string p99Goal)
    {
        await CreditLoad.RunAsync(callers, WarmUp, accounts, service);
        await CreditLoad.RunAsync(callers, WarmUp, accounts, baseline);
        var rounds = new List<(LoadFigures Ours, LoadFigures Plain)>();
        for (var i = 0; i < Rounds; i++)
        {
            var ours = await CreditLoad.RunAsync(callers, Duration, accounts, service);
            rounds.Add((ours, await CreditLoad.RunAsync(callers, Duration, accounts, baseline)));
        }

        return
        [
            new($"{name}_per_s", Median(rounds, r => r.Ours.PerSecond), "1/s"),
            new($"{name}_plain_per_s", Median(rounds, r => r.Plain.PerSecond), "1/s"),
            new($"{name}_ratio", Median(rounds, r => r.Ours.PerSecond / r.Plain.PerSecond), "", goal),
            new($"{name}_p99_ms", Median(rounds, r => r.Ours.P99Ms), "ms"),
            new($"{name}_plain_p99_ms", Median(rounds, r => r.Plain.P99Ms), "ms"),
            new($"{name}_p99_ratio", Median(rounds, r => r.Ours.P99Ms / r.Plain.P99Ms), "", p99Goal),
        ];
    }

    private static async Task<bool> Serve(CreditSilo silo, Guid account, Guid hold, Action answered)
    {
        var grain = silo.Account(account);
        var reserved = await grain.Reserve(new ReserveCredits($"{hold}/reserve", hold, 2));
        answered();
        var settled = await grain.Settle(new SettleHold($"{hold}/settle", hold, 1));
        answered();
        return reserved.Refusal is null && settled.Refusal is null;
    }

    private static async Task<bool> Serve(PlainLedger plain, Guid account, Guid hold, Action answered)
    {
        var reserved = await plain.Reserve(account, $"{hold}/reserve", hold, 2);
        answered();
        var settled = await plain.Settle(account, $"{hold}/settle", hold, 1);
        answered();
        return reserved != "refused" && settled != "refused";
    }

    private static async Task FundAsync(CreditSilo silo, Guid[] accounts)
    {
        foreach (var group in accounts.Chunk(500))
        {
            await Task.WhenAll(group.Select(id => silo.Account(id).Grant(new GrantCredits("funds", Funds, "bench"))));
        }
    }

    /// <summary>Fast and wrong is no result.</summary>
    private static async Task AuditAsync(string connectionString)
    {
        await using var database = NpgsqlDataSource.Create(connectionString);
        var audit = new CreditAudit(Path.Combine(Ax2Home.RepositoryRoot, "sql", "audit"));
        var bad = (await audit.RunAsync(database, CancellationToken.None)).Where(f => f.Rows.Count > 0).ToList();
        if (bad.Count > 0)
        {
            throw new InvalidOperationException($"The audit found: {string.Join("; ", bad.Select(f => f.Query))}.");
        }
    }

    private static double Median<T>(IEnumerable<T> rounds, Func<T, double> figure)
    {
        var sorted = rounds.Select(figure).Order().ToList();
        return sorted[sorted.Count / 2];
    }
}
