using System.Net;
using Ax2.Jobs;
using Ax2.Outages;
using Ax2.Secrets;
using Microsoft.Extensions.Options;
using Npgsql;
using Orleans.Configuration;
using Orleans.Dashboard;
using Orleans.Storage;

namespace Ax2.Hosting;

/// <summary>Where this silo stands in the cluster. Section <c>Orleans</c>.</summary>
public sealed class SiloNetworkOptions
{
    public const string Section = "Orleans";

    /// <summary>Silos with the same id find each other. It may change with a deployment. Default <c>ax2</c>.</summary>
    public string ClusterId { get; set; } = "ax2";

    /// <summary>Grain state and reminders are stored under it: it never changes. Default <c>ax2-caption</c>.</summary>
    public string ServiceId { get; set; } = "ax2-caption";

    /// <summary>
    /// How operators name this silo, for instance to drain it; unlike its address it outlives a restart. Empty takes
    /// a name that Orleans makes up. Default empty.
    /// </summary>
    public string SiloName { get; set; } = "";

    /// <summary>The address that other silos and clients reach this one at. Default loopback.</summary>
    public string Address { get; set; } = "127.0.0.1";

    /// <summary>Silo to silo: the port that others reach it at. Default 11111.</summary>
    public int SiloPort { get; set; } = 11111;

    /// <summary>Clients to silo: the port that they reach it at. Default 30000.</summary>
    public int GatewayPort { get; set; } = 30000;

    /// <summary>
    /// Where this process listens when that is not where others reach it: behind address translation, in a container,
    /// behind a proxy. Default and empty: <see cref="Address"/>.
    /// </summary>
    public string ListenAddress { get; set; } = "";

    /// <summary>As <see cref="ListenAddress"/>, for <see cref="SiloPort"/>. Default and zero: the same port.</summary>
    public int SiloListenPort { get; set; }

    /// <summary>
    /// As <see cref="ListenAddress"/>, for <see cref="GatewayPort"/>. Default and zero: the same port.
    /// </summary>
    public int GatewayListenPort { get; set; }

    internal void Apply(EndpointOptions endpoints)
    {
        var listen = IPAddress.Parse(ListenAddress.Length > 0 ? ListenAddress : Address);
        endpoints.AdvertisedIPAddress = IPAddress.Parse(Address);
        endpoints.SiloPort = SiloPort;
        endpoints.GatewayPort = GatewayPort;
        endpoints.SiloListeningEndpoint = new(listen, SiloListenPort == 0 ? SiloPort : SiloListenPort);
        endpoints.GatewayListeningEndpoint = new(listen, GatewayListenPort == 0 ? GatewayPort : GatewayListenPort);
    }
}

/// <summary>The Orleans silo over one PostgreSQL data source.</summary>
internal static class SiloSetup
{
    private const string Invariant = "Npgsql";
    private const string RowStorage = "rows";
    private const string MembershipSection = SiloNetworkOptions.Section + ":Membership";

    /// <summary>For what comes after the drain: grains store what they have, and the silo leaves the cluster.</summary>
    private static readonly TimeSpan HandOverTimeout = TimeSpan.FromSeconds(30);

    internal static void UseCaptionSilo(this WebApplicationBuilder builder)
    {
        var network = builder.Configuration.GetSection(SiloNetworkOptions.Section).Get<SiloNetworkOptions>() ?? new();
        builder.Services.AddOptions<HostOptions>().Configure<IOptions<JobOptions>>(
            (host, jobs) => host.ShutdownTimeout = jobs.Value.DrainTimeout + HandOverTimeout);
        builder.Services.AddSingleton<IGrainStorageSerializer, SystemTextJsonGrainStorageSerializer>();
        builder.Services.AddEncryptedGrainStorage(builder.Configuration, RowStorage);
        builder.UseOrleans(silo =>
        {
            silo.Configure<ClusterOptions>(cluster =>
            {
                cluster.ClusterId = network.ClusterId;
                cluster.ServiceId = network.ServiceId;
            });
            silo.Configure<SiloOptions>(o => o.SiloName = network.SiloName.Length > 0 ? network.SiloName : o.SiloName);
            silo.Configure<EndpointOptions>(network.Apply);
            silo.UseDatabase();
            silo.AddStorageOutages();
            silo.DetectDeathInSeconds(builder.Configuration.GetSection(MembershipSection));
            silo.AddDashboard(dashboard => dashboard.HideTrace = true);
        });
    }

    private static void UseDatabase(this ISiloBuilder silo)
    {
        silo.UseAdoNetClustering((OptionsBuilder<AdoNetClusteringSiloOptions> o) =>
            o.Configure<NpgsqlDataSource>((clustering, database) =>
            {
                clustering.Invariant = Invariant;
                clustering.DataSource = database;
            }));
        silo.UseAdoNetReminderService((OptionsBuilder<AdoNetReminderTableOptions> o) =>
            o.Configure<NpgsqlDataSource>((reminders, database) =>
            {
                reminders.Invariant = Invariant;
                reminders.DataSource = database;
            }));
        silo.AddAdoNetGrainStorage(RowStorage, (OptionsBuilder<AdoNetGrainStorageOptions> o) =>
            o.Configure<NpgsqlDataSource>((storage, database) =>
            {
                storage.Invariant = Invariant;
                storage.DataSource = database;
                storage.GrainStorageSerializer = new RowSerializer();
                // A row without payload would stay for each cleared state.
                storage.DeleteStateOnClear = true;
            }));
    }

    /// <summary>
    /// A silo that vanishes is voted out after three missed probes, some 3 to 4 s, so that its work runs elsewhere
    /// within 10 s; and a restart of the whole cluster waits half a minute for its old rows instead of 90 s. One that is
    /// frozen keeps its connections: it lives for as long as something came from it within the limit of missed probes
    /// times the longest of them, 4.5 s instead of a minute. A silo that is only busy waits longer for others, and a
    /// wrong verdict costs a restart of the process. The benchmark <c>membership</c> measures both sides.
    /// </summary>
    /// <param name="configured">Orleans' own names; what it says wins.</param>
    private static void DetectDeathInSeconds(this ISiloBuilder silo, IConfiguration configured) =>
        silo.Services.AddOptions<ClusterMembershipOptions>().Configure(membership =>
        {
            membership.ProbeTimeout = TimeSpan.FromSeconds(1);
            membership.MaxProbeTimeout = TimeSpan.FromSeconds(1.5);
            membership.NumMissedProbesLimit = 3;
            membership.TableRefreshTimeout = TimeSpan.FromSeconds(10);
            membership.IAmAliveTablePublishTimeout = TimeSpan.FromSeconds(10);
        }).Bind(configured);
}
