using System.Diagnostics;
using System.Globalization;
using System.Net;
using Ax2.TestKit.Secrets;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Orleans.Configuration;
using Orleans.Hosting;

namespace Ax2.Benchmarks.Credits.Faults;

/// <summary>
/// A silo in a process of its own, and a client of it. Each is a cluster of its own over the same database: to the
/// ledger, two of them are two activations of every account.
/// </summary>
internal sealed class SiloProcess : IAsyncDisposable
{
    private readonly string _connectionString;
    private readonly string _clusterId;
    private readonly int _siloPort = CreditSilo.FreePort();
    private readonly int _gatewayPort = CreditSilo.FreePort();
    private Process? _process;
    private IHost? _client;

    private SiloProcess(string connectionString, string clusterId)
    {
        _connectionString = connectionString;
        _clusterId = clusterId;
    }

    public IGrainFactory Grains => _client!.Services.GetRequiredService<IGrainFactory>();

    public static async Task<SiloProcess> StartAsync(string connectionString, string clusterId)
    {
        var silo = new SiloProcess(connectionString, clusterId);
        silo.Launch();
        await silo.ConnectAsync();
        return silo;
    }

    /// <summary>As <c>kill -9</c> does, then a new process at the same address.</summary>
    public async Task KillAndRestartAsync()
    {
        await KillAsync();
        Launch();
    }

    public async ValueTask DisposeAsync()
    {
        await KillAsync();
        _client?.Dispose();
    }

    private async Task KillAsync()
    {
        if (_process is not null)
        {
            _process.Kill();
            await _process.WaitForExitAsync();
            _process.Dispose();
        }
    }

    private void Launch()
    {
        var program = Path.Combine(AppContext.BaseDirectory, "Ax2.Benchmarks.dll");
        var start = new ProcessStartInfo("dotnet", [program, CreditSilo.Command]);
        start.Environment["ConnectionStrings__Postgres"] = _connectionString;
        start.Environment["Orleans__ClusterId"] = _clusterId;
        start.Environment["Orleans__SiloPort"] = _siloPort.ToString(CultureInfo.InvariantCulture);
        start.Environment["Orleans__GatewayPort"] = _gatewayPort.ToString(CultureInfo.InvariantCulture);
        start.Environment[TestKey.PathSetting.Replace(":", "__", StringComparison.Ordinal)] = TestKey.File;
        start.Environment[TestKey.CurrentSetting.Replace(":", "__", StringComparison.Ordinal)] = TestKey.Id;
        _process = Process.Start(start) ?? throw new InvalidOperationException("The silo did not start.");
    }

    private async Task ConnectAsync()
    {
        var builder = Host.CreateApplicationBuilder(new HostApplicationBuilderSettings { DisableDefaults = true });
        builder.Logging.ClearProviders();
        builder.UseOrleansClient(client =>
        {
            client.UseStaticClustering(new IPEndPoint(IPAddress.Loopback, _gatewayPort));
            client.Configure<ClusterOptions>(cluster =>
            {
                cluster.ClusterId = _clusterId;
                cluster.ServiceId = "ax2-caption";
            });
            client.Configure<GatewayOptions>(gateway => gateway.GatewayListRefreshPeriod = TimeSpan.FromSeconds(1));
            client.Configure<ClientMessagingOptions>(calls => calls.ResponseTimeout = TimeSpan.FromSeconds(5));
            client.UseConnectionRetryFilter(async (_, cancellationToken) =>
            {
                await Task.Delay(TimeSpan.FromMilliseconds(300), TimeProvider.System, cancellationToken);
                return true;
            });
        });
        _client = builder.Build();
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        await _client.StartAsync(patience.Token);
    }
}
