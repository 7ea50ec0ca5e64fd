using System.Net;
using System.Net.Sockets;

namespace Ax2.TestKit.Cluster;

/// <summary>
/// Stands in front of a loopback port. While a gate is closed, bytes are held and connections open into nothing, as
/// across a cut cable: nobody is told, and what was under way arrives when the gate opens.
/// </summary>
public sealed class TcpRelay : IDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _ending = new();
    private readonly int _target;
    private readonly Func<int, IReadOnlyList<Gate>> _gatesOf;
    private readonly Func<ReadOnlyMemory<byte>, bool> _mayAnswer;

    /// <param name="target">The port that is relayed.</param>
    /// <param name="gatesOf">The gates between a client, named by its port, and the target. Default none.</param>
    /// <param name="mayAnswer">False cuts the connection instead of passing these bytes of the target on.</param>
    public TcpRelay(
        int target,
        Func<int, IReadOnlyList<Gate>>? gatesOf = null,
        Func<ReadOnlyMemory<byte>, bool>? mayAnswer = null)
    {
        _target = target;
        _gatesOf = gatesOf ?? (_ => []);
        _mayAnswer = mayAnswer ?? (_ => true);
        _listener.Start();
        _ = AcceptAsync();
    }

    public int Port => ((IPEndPoint)_listener.LocalEndpoint).Port;

    public void Dispose()
    {
        _ending.Cancel();
        _listener.Dispose();
    }

    private async Task AcceptAsync()
    {
        try
        {
            while (true)
            {
                _ = ServeAsync(await _listener.AcceptTcpClientAsync(_ending.Token));
            }
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException or OperationCanceledException)
        {
            // Disposed.
        }
    }

    private async Task ServeAsync(TcpClient client)
    {
        using (client)
        using (var server = new TcpClient())
        {
            try
            {
                var gates = _gatesOf(((IPEndPoint)client.Client.RemoteEndPoint!).Port);
                await PassAsync(gates);
                await server.ConnectAsync(IPAddress.Loopback, _target, _ending.Token);
                client.NoDelay = server.NoDelay = true;
                await Task.WhenAny(
                    PumpAsync(client.GetStream(), server.GetStream(), gates, _ => true),
                    PumpAsync(server.GetStream(), client.GetStream(), gates, _mayAnswer));
            }
            catch (Exception e) when (e is IOException or SocketException or OperationCanceledException)
            {
                // One side went: the other is cut by the dispose.
            }
        }
    }

    /// <summary>Ends when the source does, or is cut; that too is held back by a closed gate.</summary>
    private async Task PumpAsync(
        NetworkStream source, NetworkStream sink, IReadOnlyList<Gate> gates, Func<ReadOnlyMemory<byte>, bool> mayPass)
    {
        var buffer = new byte[1 << 16];
        try
        {
            while (await source.ReadAsync(buffer, _ending.Token) is var read and > 0)
            {
                await PassAsync(gates);
                if (!mayPass(buffer.AsMemory(0, read)))
                {
                    return;
                }

                await sink.WriteAsync(buffer.AsMemory(0, read), _ending.Token);
            }
        }
        catch (IOException)
        {
            // A reset, which must wait for the gates like any other end.
        }

        await PassAsync(gates);
    }

    private async Task PassAsync(IReadOnlyList<Gate> gates)
    {
        foreach (var gate in gates)
        {
            await gate.PassAsync(_ending.Token);
        }
    }
}
