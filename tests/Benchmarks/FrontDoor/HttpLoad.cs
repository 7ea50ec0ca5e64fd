using System.Buffers.Text;
using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Ax2.Benchmarks.FrontDoor;

/// <summary>
/// The same GET over and over on kept connections, each with one request at a time. It does as little as a client can:
/// both processors belong to what it measures.
/// </summary>
internal sealed class HttpLoad(Uri address, string? bearer)
{
    private static readonly byte[] EndOfHeaders = "\r\n\r\n"u8.ToArray();
    private static readonly byte[] EndOfChunks = "\r\n0\r\n\r\n"u8.ToArray();

    private readonly byte[] _request = Encoding.ASCII.GetBytes(
        $"GET {address.PathAndQuery} HTTP/1.1\r\nHost: {address.Authority}\r\n"
        + (bearer is null ? "" : $"Authorization: Bearer {bearer}\r\n") + "\r\n");

    public async Task<LoadResult> RunAsync(int connections, TimeSpan duration, CancellationToken cancellationToken)
    {
        var end = Stopwatch.GetTimestamp() + (long)(duration.TotalSeconds * Stopwatch.Frequency);
        var began = Stopwatch.GetTimestamp();
        var times = await Task.WhenAll(Enumerable.Range(0, connections)
            .Select(_ => Task.Run(() => AskAsync(end, cancellationToken), cancellationToken)));
        var elapsed = Stopwatch.GetElapsedTime(began).TotalSeconds;
        double[] all = [.. times.SelectMany(t => t)];
        return new LoadResult(all.Length / elapsed, Statistics.Percentile(all, 99), Statistics.Percentile(all, 50));
    }

    private async Task<List<double>> AskAsync(long end, CancellationToken cancellationToken)
    {
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        socket.NoDelay = true;
        await socket.ConnectAsync(IPAddress.Loopback, address.Port, cancellationToken);
        var buffer = new byte[64 * 1024];
        var times = new List<double>(10_000);
        while (Stopwatch.GetTimestamp() < end)
        {
            var asked = Stopwatch.GetTimestamp();
            await socket.SendAsync(_request, cancellationToken);
            var length = 0;
            do
            {
                var read = await socket.ReceiveAsync(buffer.AsMemory(length), cancellationToken);
                length += read > 0 ? read : throw new IOException($"{address} closed the connection.");
            }
            while (!IsWhole(buffer.AsSpan(0, length)));
            times.Add(Stopwatch.GetElapsedTime(asked).TotalMilliseconds);
        }

        return times;
    }

    /// <summary>Throws for anything but 200: fast and refused is no result.</summary>
    private bool IsWhole(ReadOnlySpan<byte> answer)
    {
        var headers = answer.IndexOf(EndOfHeaders);
        if (headers < 0)
        {
            return false;
        }

        if (!answer.StartsWith("HTTP/1.1 200 "u8))
        {
            throw new InvalidOperationException($"{address} answered {Encoding.UTF8.GetString(answer)}");
        }

        var head = answer[..headers];
        var at = head.IndexOf("Content-Length: "u8);
        if (at < 0)
        {
            return answer.EndsWith(EndOfChunks);
        }

        return Utf8Parser.TryParse(head[(at + "Content-Length: ".Length)..], out int size, out _)
            && answer.Length == headers + EndOfHeaders.Length + size;
    }
}

internal sealed record LoadResult(double RequestsPerSecond, double P99Ms, double P50Ms);
