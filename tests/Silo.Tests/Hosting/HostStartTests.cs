using System.Net;
using System.Net.Sockets;
using Ax2.Media;
using Ax2.TestKit;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Xunit;

namespace Ax2.Hosting;

/// <summary>What the machine does not give a host that starts is a refusal; later it is a fault.</summary>
public sealed class HostStartTests
{
    [Fact]
    public async Task Run_PortThatIsTaken_IsRefused()
    {
        var port = FreePorts.FindRun(1);
        using var other = new TcpListener(IPAddress.Loopback, port);
        other.Start();

        var refusal = await Assert.ThrowsAsync<RefusedStartException>(() => RunAsync(Builder(port)));

        Assert.Contains($":{port}", refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Run_ObjectFolderThatCannotBeMade_IsRefused()
    {
        var file = Path.GetTempFileName();
        try
        {
            var builder = Builder(port: 0);
            builder.Services.AddHostedService(
                _ => new DiskSweep(new DiskStoreOptions { Folder = Path.Combine(file, "store") }, TimeProvider.System));

            var refusal = await Assert.ThrowsAsync<RefusedStartException>(() => RunAsync(builder));

            Assert.Contains(file, refusal.Message, StringComparison.Ordinal);
        }
        finally
        {
            File.Delete(file);
        }
    }

    [Fact]
    public async Task Run_FaultAfterTheStart_IsNoRefusal() => await Assert.ThrowsAsync<IOException>(
        () => RefusedStart.RunAsync(() => throw new IOException("Later."), new CancellationToken(canceled: true)));

    [Fact]
    public async Task Run_FaultOfTheProgramWhileStarting_IsNoRefusal() =>
        await Assert.ThrowsAsync<InvalidOperationException>(() => RefusedStart.RunAsync(
            () => throw new InvalidOperationException("A fault."), CancellationToken.None));

    private static WebApplicationBuilder Builder(int port)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls($"http://127.0.0.1:{port}");
        return builder;
    }

    private static Task RunAsync(WebApplicationBuilder builder)
    {
        var app = builder.Build();
        return RefusedStart.RunAsync(
            () => app.RunAsync(TestContext.Current.CancellationToken), app.Lifetime.ApplicationStarted);
    }
}
