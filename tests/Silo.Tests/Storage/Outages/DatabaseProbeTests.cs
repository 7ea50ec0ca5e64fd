using System.Net;
using System.Net.Sockets;
using Ax2.Outages;
using Ax2.TestKit;
using Microsoft.Extensions.Time.Testing;
using Npgsql;
using Xunit;

namespace Ax2.Tests.Outages;

public sealed class DatabaseProbeTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task FindFault_NobodyListens_SaysSoWithoutTheAddress()
    {
        await using var database = Source(FreePorts.FindRun(1));

        Assert.Equal("ConnectionRefused", await DatabaseProbe.FindFaultAsync(database, TimeProvider.System, Cancel));
    }

    [Fact]
    public async Task FindFault_ServerThatHangs_EndsAtTheTimeout()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        await using var database = Source(((IPEndPoint)listener.LocalEndpoint).Port);
        var time = new FakeTimeProvider();

        var fault = DatabaseProbe.FindFaultAsync(database, time, Cancel);
        using var client = await listener.AcceptTcpClientAsync(Cancel);
        time.Advance(DatabaseProbe.Timeout);

        Assert.Equal("no answer within 1.5 s", await fault.WaitAsync(TimeSpan.FromSeconds(10), Cancel));
    }

    private static NpgsqlDataSource Source(int port) =>
        NpgsqlDataSource.Create($"Host=127.0.0.1;Port={port};Username=nobody;Database=none;SSL Mode=Disable");
}
