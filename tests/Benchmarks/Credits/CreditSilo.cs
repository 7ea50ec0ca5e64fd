using System.Globalization;
using System.Net;
using System.Net.Sockets;
using Ax2.Credits;
using Ax2.Hosting;
using Ax2.Postgres;
using Ax2.TestKit.Secrets;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Ax2.Benchmarks.Credits;

/// <summary>
/// The silo as it is in production, in this process: the same Orleans set-up, the same store, fewer ports.
/// </summary>
internal sealed class CreditSilo : IAsyncDisposable
{
    private readonly WebApplication _app;

    private CreditSilo(WebApplication app) => _app = app;

    public IGrainFactory Grains => _app.Services.GetRequiredService<IGrainFactory>();

    public static async Task<CreditSilo> StartAsync(string connectionString)
    {
        var builder = WebApplication.CreateBuilder(new WebApplicationOptions
        {
            EnvironmentName = "Production",
            ContentRootPath = AppContext.BaseDirectory,
        });
        builder.Configuration.AddInMemoryCollection(new Dictionary<string, string?>
        {
            ["ConnectionStrings:Postgres"] = connectionString,
            ["Orleans:SiloPort"] = FreePort().ToString(CultureInfo.InvariantCulture),
            ["Orleans:GatewayPort"] = FreePort().ToString(CultureInfo.InvariantCulture),
            [TestKey.PathSetting] = TestKey.File,
            [TestKey.CurrentSetting] = TestKey.Id,
        });
        builder.Logging.ClearProviders();
        builder.Configuration["Urls"] = "http://127.0.0.1:0";
        builder.Services.AddSingleton(TimeProvider.System);
        builder.Services.AddGrainServices(builder.Configuration);
        builder.Services.AddPostgres(builder.Configuration);
        builder.UseCaptionSilo();
        var app = builder.Build();
        await app.MigrateDatabase();
        await app.StartAsync();
        return new CreditSilo(app);
    }

    public ICreditAccountGrain Account(Guid id) => Grains.GetGrain<ICreditAccountGrain>(id);

    public async ValueTask DisposeAsync()
    {
        await _app.StopAsync();
        await _app.DisposeAsync();
    }

    internal static int FreePort()
    {
        using var probe = new TcpListener(IPAddress.Loopback, 0);
        probe.Start();
        return ((IPEndPoint)probe.LocalEndpoint).Port;
    }
}
