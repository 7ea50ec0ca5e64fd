using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Ax2.Tests.Providers.Mail;

/// <summary>A mail server in this process (RFC 5321, as much as a client needs). It can be told to refuse.</summary>
internal sealed class SmtpServer : IAsyncDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _stop = new();
    private readonly Task _serving;

    public SmtpServer()
    {
        _listener.Start();
        _serving = Serve();
    }

    public int Port => ((IPEndPoint)_listener.LocalEndpoint).Port;

    /// <summary>Whole messages, as they came.</summary>
    public ConcurrentQueue<string> Messages { get; } = new();

    /// <summary>Every command, in order.</summary>
    public ConcurrentQueue<string> Commands { get; } = new();

    /// <summary>Answers to commands that begin so, instead of the usual ones.</summary>
    public ConcurrentDictionary<string, string> Answers { get; } = new();

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        _listener.Stop();
        await _serving.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        _stop.Dispose();
    }

    private async Task Serve()
    {
        while (!_stop.IsCancellationRequested)
        {
            using var client = await _listener.AcceptTcpClientAsync(_stop.Token);
            try
            {
                await Converse(client.GetStream());
            }
            catch (IOException)
            {
                // The client hung up.
            }
        }
    }

    private async Task Converse(NetworkStream stream)
    {
        using var reader = new StreamReader(stream, Encoding.UTF8);
        await using var writer = new StreamWriter(stream, new UTF8Encoding(false));
        (writer.NewLine, writer.AutoFlush) = ("\r\n", true);
        await writer.WriteLineAsync("220 mail.example ready".AsMemory(), _stop.Token);
        while (await reader.ReadLineAsync(_stop.Token) is { } command)
        {
            Commands.Enqueue(command);
            var told = Answers.FirstOrDefault(a => command.StartsWith(a.Key, StringComparison.OrdinalIgnoreCase));
            var answer = told.Value ?? Usual(command);
            await writer.WriteLineAsync(answer.AsMemory(), _stop.Token);
            if (answer.StartsWith("354", StringComparison.Ordinal))
            {
                var message = await ReadMessage(reader);
                var refused = Answers.GetValueOrDefault(".");
                if (refused is null)
                {
                    Messages.Enqueue(message);
                }

                await writer.WriteLineAsync((refused ?? "250 taken").AsMemory(), _stop.Token);
            }
            else if (answer.StartsWith("221", StringComparison.Ordinal))
            {
                return;
            }
        }
    }

    private static string Usual(string command) => command.Split(' ')[0].ToUpperInvariant() switch
    {
        "EHLO" => "250-mail.example\r\n250-AUTH PLAIN\r\n250 8BITMIME",
        "AUTH" => "235 welcome",
        "DATA" => "354 go on",
        "QUIT" => "221 bye",
        _ => "250 fine",
    };

    private async Task<string> ReadMessage(StreamReader reader)
    {
        var text = new StringBuilder();
        while (await reader.ReadLineAsync(_stop.Token) is { } line && line != ".")
        {
            text.Append(line.StartsWith('.') ? line[1..] : line).Append("\r\n");
        }

        return text.ToString();
    }
}
