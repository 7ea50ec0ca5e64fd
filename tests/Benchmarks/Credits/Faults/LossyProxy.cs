using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;

namespace Ax2.Benchmarks.Credits.Faults;

/// <summary>
/// Stands between silos and PostgreSQL. When asked to, it lets a ledger commit through, waits until the server has said
/// that it is done, and cuts the connection instead of passing that on.
/// </summary>
internal sealed class LossyProxy : IDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly int _serverPort;
    private int _toDrop;
    private int _dropped;

    public LossyProxy(int serverPort)
    {
        _serverPort = serverPort;
        _listener.Start();
        _ = AcceptAsync();
    }

    public int Port => ((IPEndPoint)_listener.LocalEndpoint).Port;

    public int Dropped => _dropped;

    public void DropReplies(int count) => Interlocked.Exchange(ref _toDrop, count);

    public void Dispose() => _listener.Dispose();

    private async Task AcceptAsync()
    {
        try
        {
            while (true)
            {
                _ = ServeAsync(await _listener.AcceptTcpClientAsync());
            }
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            // The run is over.
        }
    }

    private async Task ServeAsync(TcpClient client)
    {
        using (client)
        using (var server = new TcpClient())
        {
            try
            {
                await server.ConnectAsync(IPAddress.Loopback, _serverPort);
                client.NoDelay = server.NoDelay = true;
                var requests = client.GetStream().CopyToAsync(server.GetStream());
                await Task.WhenAny(requests, AnswerAsync(server.GetStream(), client.GetStream()));
            }
            catch (Exception e) when (e is IOException or SocketException)
            {
                // One side went: the other is cut by the dispose.
            }
        }
    }

    private async Task AnswerAsync(NetworkStream server, NetworkStream client)
    {
        var buffer = new byte[1 << 16];
        while (await server.ReadAsync(buffer) is var read and > 0)
        {
            if (IsCommitReply(buffer.AsSpan(0, read)) && Interlocked.Decrement(ref _toDrop) >= 0)
            {
                // The server sends this with the end of its transaction in one flush.
                Interlocked.Increment(ref _dropped);
                return;
            }

            await client.WriteAsync(buffer.AsMemory(0, read));
        }
    }

    /// <summary>
    /// A row of the ledger's commit statement (a uuid and two booleans) followed by "ready for query", which comes
    /// after the commit.
    /// </summary>
    private static bool IsCommitReply(ReadOnlySpan<byte> reply)
    {
        const byte Row = (byte)'D', Ready = (byte)'Z';
        const int RowLength = 4 + 2 + 4 + 16 + 4 + 1 + 4 + 1;
        var hasRow = false;
        while (reply.Length >= 5)
        {
            var length = BinaryPrimitives.ReadInt32BigEndian(reply[1..]);
            hasRow |= reply[0] == Row && length == RowLength;
            if (hasRow && reply[0] == Ready)
            {
                return true;
            }

            if (length < 4 || reply.Length < length + 1)
            {
                return false;
            }

            reply = reply[(length + 1)..];
        }

        return false;
    }
}
