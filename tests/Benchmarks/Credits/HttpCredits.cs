using System.Diagnostics;
using System.Net.Http.Headers;
using Ax2.Benchmarks.Credits.Faults;
using Ax2.Credits;
using Ax2.TestKit.Cluster;
using Ax2.Users;

namespace Ax2.Benchmarks.Credits;

/// <summary>
/// Callers over HTTP, each with a connection of its own: this process → <see cref="CreditApi"/> in a process → a silo
/// in a process → PostgreSQL. Every request signs in by its token, as in production.
/// </summary>
internal sealed class HttpCredits : IDisposable
{
    private const string ClusterId = "bench-http";
    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan PollInterval = TimeSpan.FromMilliseconds(200);

    private readonly ChildProcess _api;
    private readonly HttpClient _http;

    private HttpCredits(ChildProcess api, HttpClient http) => (_api, _http) = (api, http);

    /// <summary>Signed in as a user whose workspace has these credits.</summary>
    internal static async Task<HttpCredits> StartAsync(LocalCluster cluster, long credits)
    {
        var silo = await cluster.AddSiloAsync(
            CancellationToken.None, new Dictionary<string, string> { ["Orleans__ClusterId"] = ClusterId });
        using var client = await SiloClient.ConnectAsync(silo, ClusterId);
        var workspace = Guid.CreateVersion7();
        var user = Guid.CreateVersion7();
        var session = await client.Grains.GetGrain<IInternalUserSessionsGrain>(user)
            .Open(new OpenSession(user, workspace, ["pwd"], new Device("bench", "127.0.0.1")));
        await client.Grains.GetGrain<ICreditAccountGrain>(workspace).Grant(new GrantCredits("funds", credits, "bench"));
        var origin = new Uri($"http://127.0.0.1:{CreditSilo.FreePort()}");
        var http = new HttpClient { BaseAddress = origin };
        http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", session.AccessToken);
        var running = new HttpCredits(Launch(cluster, origin), http);
        await running.AwaitAnswerAsync();
        return running;
    }

    /// <summary>A <see cref="CreditLoad.Pair"/>; the account is the one that is signed in.</summary>
    internal async Task<bool> Pair(Guid account, Guid hold, Action answered)
    {
        using var reserved = await _http.PostAsync(CreditApi.ReservePath(hold), null);
        await reserved.Content.ReadAsByteArrayAsync();
        answered();
        using var settled = await _http.PostAsync(CreditApi.SettlePath(hold), null);
        await settled.Content.ReadAsByteArrayAsync();
        answered();
        return reserved.IsSuccessStatusCode && settled.IsSuccessStatusCode;
    }

    public void Dispose()
    {
        _http.Dispose();
        _api.Dispose();
    }

    private static ChildProcess Launch(LocalCluster cluster, Uri origin)
    {
        var environment = new Dictionary<string, string>
        {
            ["ConnectionStrings__Postgres"] = cluster.Postgres.ConnectionString,
            ["Orleans__ClusterId"] = ClusterId,
            ["Urls"] = origin.ToString(),
        };
        var program = Path.Combine(AppContext.BaseDirectory, "Ax2.Benchmarks.dll");
        return ChildProcess.Start(
            ["dotnet", program, CreditApi.Command],
            Path.Combine(cluster.Logs, "credit-api.log"),
            AppContext.BaseDirectory,
            environment);
    }

    private async Task AwaitAnswerAsync()
    {
        var started = Stopwatch.GetTimestamp();
        while (true)
        {
            try
            {
                if (await Pair(default, Guid.CreateVersion7(), () => { }))
                {
                    return;
                }
            }
            catch (HttpRequestException) when (Stopwatch.GetElapsedTime(started) < Timeout)
            {
                // Not listening yet.
            }

            if (Stopwatch.GetElapsedTime(started) > Timeout)
            {
                throw new InvalidOperationException("The API does not answer.");
            }

            await Task.Delay(PollInterval, TimeProvider.System);
        }
    }
}
