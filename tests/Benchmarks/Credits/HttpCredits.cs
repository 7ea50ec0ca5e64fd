using System.Diagnostics;
using System.Net.Http.Headers;
using Ax2.Benchmarks.Credits.Faults;
using Ax2.Credits;
using Ax2.Users;

namespace Ax2.Benchmarks.Credits;

/// <summary>
/// Callers over HTTP, each with a connection of its own: this process → <see cref="CreditApi"/> in a process → a silo
/// in a process → PostgreSQL. Every request signs in by its token, as in production.
/// </summary>
internal sealed class HttpCredits : IAsyncDisposable
{
    private const string ClusterId = "bench-http";
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan Glance = TimeSpan.FromMilliseconds(200);

    private readonly SiloProcess _silo;
    private readonly Process _api;
    private readonly HttpClient _http;

    private HttpCredits(SiloProcess silo, Process api, HttpClient http) => (_silo, _api, _http) = (silo, api, http);

    /// <summary>Signed in as a user whose workspace has these credits.</summary>
    internal static async Task<HttpCredits> StartAsync(string connectionString, long credits)
    {
        var silo = await SiloProcess.StartAsync(connectionString, ClusterId);
        var workspace = Guid.CreateVersion7();
        var token = SessionToken.Create();
        await silo.Grains.GetGrain<ISessionGrain>(SessionToken.GrainKey(token)!)
            .Open(Guid.CreateVersion7(), workspace, TimeProvider.System.GetUtcNow().AddHours(1));
        await silo.Grains.GetGrain<ICreditAccountGrain>(workspace).Grant(new GrantCredits("funds", credits, "bench"));
        var origin = new Uri($"http://127.0.0.1:{CreditSilo.FreePort()}");
        var http = new HttpClient { BaseAddress = origin };
        http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", token);
        var running = new HttpCredits(silo, Launch(connectionString, origin), http);
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

    public async ValueTask DisposeAsync()
    {
        _http.Dispose();
        _api.Kill();
        await _api.WaitForExitAsync();
        _api.Dispose();
        await _silo.DisposeAsync();
    }

    private static Process Launch(string connectionString, Uri origin)
    {
        var program = Path.Combine(AppContext.BaseDirectory, "Ax2.Benchmarks.dll");
        var start = new ProcessStartInfo("dotnet", [program, CreditApi.Command]);
        start.Environment["ConnectionStrings__Postgres"] = connectionString;
        start.Environment["Orleans__ClusterId"] = ClusterId;
        start.Environment["Urls"] = origin.ToString();
        return Process.Start(start) ?? throw new InvalidOperationException("The API did not start.");
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
            catch (HttpRequestException) when (Stopwatch.GetElapsedTime(started) < Patience)
            {
                // Not listening yet.
            }

            if (Stopwatch.GetElapsedTime(started) > Patience)
            {
                throw new InvalidOperationException("The API does not answer.");
            }

            await Task.Delay(Glance, TimeProvider.System);
        }
    }
}
