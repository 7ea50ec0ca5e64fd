using System.Net;
using Ax2.TestKit.Cluster;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Orleans.Configuration;
using Orleans.Hosting;

namespace Ax2.Benchmarks.Credits.Faults;

/// <summary>A client of one silo, over all its lives.</summary>
internal sealed class SiloClient : IDisposable
{
    private readonly IHost _host;

    private SiloClient(IHost host) => _host = host;

    public IGrainFactory Grains => _host.Services.GetRequiredService<IGrainFactory>();

    public static async Task<SiloClient> ConnectAsync(SiloNode silo, string clusterId)
    {
        var builder = Host.CreateApplicationBuilder(new HostApplicationBuilderSettings { DisableDefaults = true });
        builder.Logging.ClearProviders();
        builder.UseOrleansClient(client =>
        {
            client.UseStaticClustering(new IPEndPoint(IPAddress.Loopback, silo.GatewayPort));
            client.Configure<ClusterOptions>(cluster =>
            {
                cluster.ClusterId = clusterId;
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
        var client = new SiloClient(builder.Build());
        using var timeout = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        await client._host.StartAsync(timeout.Token);
        return client;
    }

    public void Dispose() => _host.Dispose();
}
