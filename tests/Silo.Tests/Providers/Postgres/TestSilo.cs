using System.Net;
using System.Net.Sockets;
using Ax2.Hosting;
using Ax2.Postgres;
using Ax2.TestKit.Secrets;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Xunit;

namespace Ax2.Tests.Postgres;

/// <summary>A silo as the product composes it over a database, on loopback sockets, with the tests' grains.</summary>
internal static class TestSilo
{
    internal static async Task<WebApplication> StartAsync(string connectionString)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.Configuration.AddInMemoryCollection(new Dictionary<string, string?>
        {
            ["urls"] = "http://127.0.0.1:0",
            ["ConnectionStrings:Postgres"] = connectionString,
            ["Orleans:ClusterId"] = "tests",
            ["Orleans:ServiceId"] = "tests",
            ["Orleans:SiloPort"] = $"{FreePort()}",
            ["Orleans:GatewayPort"] = $"{FreePort()}",
            [TestKey.PathSetting] = TestKey.File,
            [TestKey.CurrentSetting] = TestKey.Id,
        });
        builder.Services.AddSingleton(TimeProvider.System);
        builder.Services.AddPostgres(builder.Configuration);
        builder.UseCaptionSilo();
        var app = builder.Build();
        await app.MigrateDatabase();
        await app.StartAsync(TestContext.Current.CancellationToken);
        return app;
    }

    private static int FreePort()
    {
        using var probe = new TcpListener(IPAddress.Loopback, 0);
        probe.Start();
        return ((IPEndPoint)probe.LocalEndpoint).Port;
    }
}
