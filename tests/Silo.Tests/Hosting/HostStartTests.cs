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
public sealed class HostStartTests : IDisposable
{
    private readonly LogLines log = new();

    public void Dispose() => log.Dispose();

    [Fact]
    public async Task Run_PortThatIsTaken_IsRefusedAndNotLogged()
    {
        var port = FreePorts.FindRun(1);
        using var other = new TcpListener(IPAddress.Loopback, port);
        other.Start();

        var refusal = await Assert.ThrowsAsync<RefusedStartException>(() => RunAsync(Builder(port)));

        Assert.Contains($":{port}", refusal.Message, StringComparison.Ordinal);
        Assert.DoesNotContain(log.Lines, HasStackTrace);
    }

    [Fact]
    public async Task Run_ObjectFolderThatCannotBeMade_IsRefusedAndNotLogged()
    {
        var file = Path.GetTempFileName();
        try
        {
            var builder = Builder(port: 0);
            builder.Services.AddHostedService(
                _ => new DiskSweep(new DiskStoreOptions { Folder = Path.Combine(file, "store") }, TimeProvider.System));

            var refusal = await Assert.ThrowsAsync<RefusedStartException>(() => RunAsync(builder));

            Assert.Contains(file, refusal.Message, StringComparison.Ordinal);
            Assert.DoesNotContain(log.Lines, HasStackTrace);
        }
        finally
        {
            File.Delete(file);
        }
    }

    [Fact]
    public async Task Run_FaultAfterTheStart_IsNoRefusalAndLogged()
    {
        var builder = Builder(port: 0);
        builder.Services.AddHostedService<FailsOnceStarted>();

        await RunAsync(builder);

        Assert.Contains(log.Lines, line => HasStackTrace(line) && line.Contains("Later.", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Run_FaultOfTheProgramWhileStarting_IsNoRefusal()
    {
        var builder = Builder(port: 0);
        builder.Services.AddHostedService<FailsOnceStarted>(_ => throw new InvalidOperationException("A fault."));

        await Assert.ThrowsAsync<InvalidOperationException>(() => RunAsync(builder));
    }

    private static bool HasStackTrace(string line) => line.Contains("   at ", StringComparison.Ordinal);

    private WebApplicationBuilder Builder(int port)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders().AddProvider(log);
        builder.WebHost.UseUrls($"http://127.0.0.1:{port}");
        return builder;
    }

    private static Task RunAsync(WebApplicationBuilder builder)
    {
        var start = new HostStart(builder.Logging);
        return start.RunAsync(builder.Build());
    }

    private sealed class FailsOnceStarted(IHostApplicationLifetime lifetime) : BackgroundService
    {
        protected override async Task ExecuteAsync(CancellationToken stoppingToken)
        {
            var started = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            lifetime.ApplicationStarted.Register(started.SetResult);
            await started.Task;
            throw new IOException("Later.");
        }
    }
}
