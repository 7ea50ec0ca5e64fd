using System.Net.Sockets;
using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Xunit;

namespace Ax2.Limits;

/// <summary>Real connections to a real server with the product's settings, its timeouts shortened.</summary>
public sealed class SlowClientTests : IAsyncLifetime
{
    private static readonly TimeSpan _timeout = TimeSpan.FromSeconds(10);
    private WebApplication _app = null!;
    private int _port;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() => await StartAsync(timeout: TimeSpan.FromSeconds(1));

    public ValueTask DisposeAsync() => _app.DisposeAsync();

    [Fact]
    public async Task Headers_ThatNeverEnd_AreNotWaitedFor()
    {
        using var client = await Connect("POST / HTTP/1.1\r\nHost: x\r\nX-");

        Assert.StartsWith("HTTP/1.1 408 ", await ReadToEnd(client), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Body_SlowerThanAllowed_IsCutOff()
    {
        using var client = await Connect("POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 60000\r\n\r\n");
        using var dripping = CancellationTokenSource.CreateLinkedTokenSource(Cancel);
        var drip = Drip(client, dripping.Token);

        var answer = await ReadToEnd(client);

        await dripping.CancelAsync();
        await drip;
        Assert.StartsWith("HTTP/1.1 408 ", answer, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("/", 64 * 1024)]
    [InlineData("/small", 10)]
    [InlineData("/large", 128 * 1024)]
    public async Task Body_FastEnough_IsReadUpToWhatTheRouteTakes(string route, int size)
    {
        using var client = await Connect(
            $"POST {route} HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Length: {size}\r\n\r\n"
            + new string('x', size));

        Assert.Contains("read", await ReadToEnd(client), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Connection_WithoutRequests_IsClosed()
    {
        using var client = await Connect("POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 0\r\n\r\n");

        Assert.Contains("read", await ReadToEnd(client), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Headers_LargerThanAllowed_Are431()
    {
        var header = $"X-Large: {new string('x', 17 * 1024)}\r\n";
        using var client = await Connect($"POST / HTTP/1.1\r\nHost: x\r\n{header}\r\n");

        Assert.StartsWith("HTTP/1.1 431 ", await ReadToEnd(client), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Headers_MoreThanAllowed_Are431()
    {
        var headers = string.Concat(Enumerable.Range(0, 65).Select(i => $"X-{i}: x\r\n"));
        using var client = await Connect($"POST / HTTP/1.1\r\nHost: x\r\n{headers}\r\n");

        Assert.StartsWith("HTTP/1.1 431 ", await ReadToEnd(client), StringComparison.Ordinal);
    }

    [Fact]
    public async Task RequestLine_LongerThanAllowed_Is414()
    {
        using var client = await Connect($"GET /{new string('x', 9 * 1024)} HTTP/1.1\r\nHost: x\r\n\r\n");

        Assert.StartsWith("HTTP/1.1 414 ", await ReadToEnd(client), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("/", 64 * 1024 + 1)]
    [InlineData("/small", 11)]
    [InlineData("/large", 128 * 1024 + 1)]
    public async Task Body_LargerThanTheRouteTakes_Is413(string route, int size)
    {
        using var client = await Connect($"POST {route} HTTP/1.1\r\nHost: x\r\nContent-Length: {size}\r\n\r\n");

        Assert.StartsWith("HTTP/1.1 413 ", await ReadToEnd(client), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Connections_BeyondTheLimit_AreClosedAtOnce()
    {
        // Else those that are open may be given up on a busy machine before the last one comes.
        await _app.DisposeAsync();
        await StartAsync(timeout: TimeSpan.FromMinutes(5));
        var open = new List<TcpClient>();
        for (var i = 0; i < 3; i++)
        {
            open.Add(await Connect(
                "POST / HTTP/1.1\r\nHost: x\r\nExpect: 100-continue\r\nContent-Length: 60000\r\n\r\n"));
            // It counts once the server has taken it up, which may be after a later one.
            Assert.StartsWith("HTTP/1.1 100 ", await ReadSome(open[^1]), StringComparison.Ordinal);
        }

        // It would be answered: a request line longer than allowed is refused at once, and in words.
        using var oneMore = await Connect("");
        await TrySend(oneMore, $"GET /{new string('x', 9 * 1024)} HTTP/1.1\r\nHost: x\r\n\r\n");

        Assert.Equal("", await ReadToEnd(oneMore));
        open.ForEach(client => client.Dispose());
    }

    /// <param name="timeout">With a client that does not get on.</param>
    private async Task StartAsync(TimeSpan timeout)
    {
        var builder = WebApplication.CreateBuilder();
        builder.Configuration.AddInMemoryCollection(new Dictionary<string, string?>
        {
            ["Urls"] = "http://127.0.0.1:0",
            ["Traffic:HeadersTimeout"] = $"{timeout}",
            ["Traffic:KeepAliveTimeout"] = $"{timeout}",
            ["Traffic:SlowBodyGrace"] = $"{timeout + TimeSpan.FromMilliseconds(100)}",
            ["Traffic:MaxConnections"] = "3",
        });
        builder.Logging.ClearProviders();
        builder.UseTrafficLimits();
        _app = builder.Build();
        _app.MapPost("/", Read);
        _app.MapPost("/small", Read).TakeAtMost(10);
        _app.MapPost("/large", Read).TakeAtMost(128 * 1024);
        await _app.StartAsync(Cancel);
        var addresses = _app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!;
        _port = new Uri(addresses.Addresses.Single()).Port;
    }

    private static async Task<string> Read(HttpRequest request)
    {
        await request.Body.CopyToAsync(Stream.Null, Cancel);
        return "read";
    }

    private async Task<TcpClient> Connect(string request)
    {
        var client = new TcpClient();
        await client.ConnectAsync("127.0.0.1", _port, Cancel);
        await client.GetStream().WriteAsync(Encoding.ASCII.GetBytes(request), Cancel);
        return client;
    }

    /// <summary>A byte every 50 ms: always on its way, and never done.</summary>
    private static async Task Drip(TcpClient client, CancellationToken cancellation)
    {
        using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(50));
        try
        {
            while (await timer.WaitForNextTickAsync(cancellation))
            {
                await client.GetStream().WriteAsync(new byte[1], cancellation);
            }
        }
        catch (Exception ended) when (ended is IOException or OperationCanceledException or ObjectDisposedException)
        {
        }
    }

    private static async Task TrySend(TcpClient client, string request)
    {
        try
        {
            await client.GetStream().WriteAsync(Encoding.ASCII.GetBytes(request), Cancel);
        }
        catch (IOException)
        {
            // Closed before it was written.
        }
    }

    private static async Task<string> ReadSome(TcpClient client)
    {
        var answer = new byte[64];
        var length = await client.GetStream().ReadAsync(answer, Cancel).AsTask().WaitAsync(_timeout, Cancel);
        return Encoding.ASCII.GetString(answer, 0, length);
    }

    private static async Task<string> ReadToEnd(TcpClient client)
    {
        var answer = new MemoryStream();
        try
        {
            await client.GetStream().CopyToAsync(answer, Cancel).WaitAsync(_timeout, Cancel);
        }
        catch (IOException)
        {
            // Closed without a word, or while we were still writing.
        }

        return Encoding.ASCII.GetString(answer.ToArray());
    }
}
