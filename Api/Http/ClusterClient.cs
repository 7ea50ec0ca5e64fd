using Npgsql;
using Orleans.Configuration;

namespace Ax2.Http;

/// <summary>The connection to the silos, found through the membership table.</summary>
internal static class ClusterClient
{
    /// <summary>
    /// A request does not wait longer for the database than for a silo: a frozen one adds 2 s, in which a command waits
    /// for its cancellation. What is configured wins.
    /// </summary>
    private const string Defaults = "Timeout=4;Command Timeout=4;";

    /// <summary>
    /// The default limit of a call. Nobody tells a client that the silo which has its call died, so it waits no longer
    /// than a silo takes to be voted out: from then on a repeat is answered elsewhere. Work that lasts longer is begun
    /// by one call and watched by others.
    /// </summary>
    private static readonly TimeSpan CallTimeout = TimeSpan.FromSeconds(4);

    /// <summary>How long calls still go through a gateway that is frozen and voted out.</summary>
    private static readonly TimeSpan GatewayRefresh = TimeSpan.FromSeconds(1);

    private static readonly TimeSpan RetryDelay = TimeSpan.FromSeconds(1);

    internal static void UseClusterClient(this WebApplicationBuilder builder)
    {
        var connection = builder.Configuration.GetConnectionString("Postgres");
        if (string.IsNullOrWhiteSpace(connection))
        {
            throw new RefusedStartException("ConnectionStrings:Postgres is not set.");
        }

        var database = new NpgsqlDataSourceBuilder(Defaults + connection);
        database.ConnectionStringBuilder.SearchPath = "ax2,orleans";
        database.ConnectionStringBuilder.ApplicationName = "ax2-api";
        database.ConnectionStringBuilder.MaxPoolSize = Math.Min(database.ConnectionStringBuilder.MaxPoolSize, 20);
        database.ConnectionStringBuilder.NoResetOnClose = true;
        builder.Services.AddSingleton(_ => database.Build());

        var cluster = builder.Configuration.GetSection("Orleans");
        builder.UseOrleansClient(client =>
        {
            client.Configure<ClusterOptions>(o =>
            {
                o.ClusterId = cluster["ClusterId"] ?? "ax2";
                o.ServiceId = cluster["ServiceId"] ?? "ax2-caption";
            });
            client.Configure<ClientMessagingOptions>(o => o.ResponseTimeout = CallTimeout);
            client.Configure<GatewayOptions>(o => o.GatewayListRefreshPeriod = GatewayRefresh);
            client.AddOutgoingGrainCallFilter<RepeatedCalls>();
            client.UseAdoNetClustering((Microsoft.Extensions.Options.OptionsBuilder<AdoNetClusteringClientOptions> o) =>
                o.Configure<NpgsqlDataSource>((clustering, source) =>
                {
                    clustering.Invariant = "Npgsql";
                    clustering.DataSource = source;
                }));
            // Silos may come later than the API: it waits for them instead of dying.
            client.UseConnectionRetryFilter(async (_, cancellationToken) =>
            {
                await Task.Delay(RetryDelay, TimeProvider.System, cancellationToken);
                return true;
            });
        });
    }
}
