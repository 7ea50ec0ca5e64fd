using Ax2.TestKit.Cluster;
using Ax2.TestKit.Speech;

namespace Ax2.Benchmarks.FrontDoor;

/// <summary>
/// Two routes of the product against the same two of a plain Node.js service: the product as API process, silo and
/// PostgreSQL; the other as Express workers on the same PostgreSQL. In turns, on the same connections. Every figure is
/// the median of the rounds, every ratio that of the rounds' ratios.
/// </summary>
internal static class FrontDoorBenchmark
{
    private const int Connections = 32;
    private const string JwksPath = "/.well-known/jwks.json";
    private static readonly TimeSpan WarmUp = TimeSpan.FromSeconds(3);

    private static readonly string Note =
        $"{Connections} connections, one request at a time on each, load from the same machine. The plain service: "
        + $"Express 5 and node-postgres, {PlainService.Workers} cluster workers, ES256 checked by node:crypto at every "
        + "request, express-rate-limit in each worker's memory, so its limit is not shared and a session's end is not "
        + "seen; the product checks a signature at most once in 5 s for each token, shares the limit exactly and sees a "
        + "session's end within 5 s. 'limit' is the key set, the cheapest route with a limit, by address; 'job' is "
        + "signed in, with limits by address and by user.";

    public static async Task<BenchReport> RunAsync(bool isQuick, CancellationToken cancellationToken)
    {
        await using var speech = await SlowSpeechServer.StartAsync(1_000_000, cancellationToken);
        await using var cluster = await LocalCluster.StartAsync(
            new LocalClusterOptions { Settings = Settings(speech) }, cancellationToken);
        var job = await BenchJob.RunAsync(cluster, cancellationToken);
        using var http = new HttpClient { BaseAddress = cluster.Origin };
        var jwks = await http.GetStringAsync(JwksPath, cancellationToken);
        using var plain = await PlainService.StartAsync(cluster, jwks, job, cancellationToken);
        var limit = await CompareAsync(cluster.Origin, plain.Origin, JwksPath, null, isQuick, cancellationToken);
        var read = await CompareAsync(
            cluster.Origin, plain.Origin, job.Path, job.AccessToken, isQuick, cancellationToken);
        return new BenchReport(
            "front-door",
            [
                new("throughput_ratio", Math.Min(limit.ThroughputRatio, read.ThroughputRatio), "x", ">= 2"),
                new("p99_ratio", Math.Max(limit.P99Ratio, read.P99Ratio), "x", "< 1"),
                .. Results("job", read),
                .. Results("limit", limit),
            ])
        {
            Note = Note,
        };
    }

    /// <summary>Every limit is in force and none is met.</summary>
    private static Dictionary<string, string> Settings(SlowSpeechServer speech) => new(speech.Settings)
    {
        ["Limits__Read__Address__Permits"] = "100000000",
        ["Limits__Read__User__Permits"] = "100000000",
        ["Tokens__AccessLifetime"] = "01:00:00",
        ["PriceList__WelcomeCredits"] = "1000000",
    };

    private static async Task<Comparison> CompareAsync(
        Uri product, Uri plain, string path, string? bearer, bool isQuick, CancellationToken cancellationToken)
    {
        var (rounds, duration) = isQuick ? (3, TimeSpan.FromSeconds(2)) : (7, TimeSpan.FromSeconds(4));
        HttpLoad[] loads = [new(new Uri(product, path), bearer), new(new Uri(plain, path), bearer)];
        foreach (var load in loads)
        {
            await load.RunAsync(Connections, WarmUp, cancellationToken);
        }

        List<(LoadResult Product, LoadResult Plain)> pairs = [];
        for (var round = 0; round < rounds; round++)
        {
            // Whoever comes first may find a cooler machine, so they change places.
            var first = round % 2;
            var results = new LoadResult[2];
            results[first] = await loads[first].RunAsync(Connections, duration, cancellationToken);
            results[1 - first] = await loads[1 - first].RunAsync(Connections, duration, cancellationToken);
            pairs.Add((results[0], results[1]));
        }

        return new Comparison(pairs);
    }

    private static IEnumerable<BenchResult> Results(string route, Comparison compared) =>
    [
        new($"{route}_throughput_ratio", compared.ThroughputRatio, "x", ">= 2"),
        new($"{route}_p99_ratio", compared.P99Ratio, "x", "< 1"),
        new($"{route}_rps", compared.Median(pair => pair.Product.RequestsPerSecond), "1/s"),
        new($"{route}_p50_ms", compared.Median(pair => pair.Product.P50Ms), "ms"),
        new($"{route}_p99_ms", compared.Median(pair => pair.Product.P99Ms), "ms"),
        new($"node_{route}_rps", compared.Median(pair => pair.Plain.RequestsPerSecond), "1/s"),
        new($"node_{route}_p50_ms", compared.Median(pair => pair.Plain.P50Ms), "ms"),
        new($"node_{route}_p99_ms", compared.Median(pair => pair.Plain.P99Ms), "ms"),
    ];

    private sealed record Comparison(List<(LoadResult Product, LoadResult Plain)> Rounds)
    {
        public double ThroughputRatio =>
            Median(pair => pair.Product.RequestsPerSecond / pair.Plain.RequestsPerSecond);

        public double P99Ratio => Median(pair => pair.Product.P99Ms / pair.Plain.P99Ms);

        public double Median(Func<(LoadResult Product, LoadResult Plain), double> figure) =>
            Statistics.Median(Rounds.Select(figure));
    }
}
