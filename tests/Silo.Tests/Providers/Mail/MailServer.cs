using System.Buffers;
using System.Collections.Concurrent;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;
using SmtpServer;
using SmtpServer.Authentication;
using SmtpServer.Protocol;
using SmtpServer.Storage;
using Provider = SmtpServer.ComponentModel.ServiceProvider;

namespace Ax2.Tests.Providers.Mail;

/// <summary>A mail server in this process. A test can make it refuse.</summary>
internal sealed class MailServer : IUserAuthenticator, IMessageStore, IAsyncDisposable
{
    private readonly CancellationTokenSource _stop = new();
    private readonly Task _serving;

    public MailServer()
    {
        var options = new SmtpServerOptionsBuilder().ServerName("mail.example")
            .Endpoint(endpoint => endpoint
                .Endpoint(new IPEndPoint(IPAddress.Loopback, Port)).AllowUnsecureAuthentication(true))
            .Build();
        var provider = new Provider();
        provider.Add((IUserAuthenticator)this);
        provider.Add((IMessageStore)this);
        var server = new SmtpServer.SmtpServer(options, provider);
        server.SessionCreated += (_, session) => session.Context.CommandExecuting += (_, e) => Execute(e.Command.Name);
        _serving = server.StartAsync(_stop.Token);
    }

    public int Port { get; } = FreePort();

    /// <summary>Whole messages, as they came.</summary>
    public ConcurrentQueue<string> Messages { get; } = new();

    /// <summary>The name of each command, in order.</summary>
    public ConcurrentQueue<string> Commands { get; } = new();

    public ConcurrentQueue<(string User, string Password)> SignIns { get; } = new();

    /// <summary>Refusals by the name of their command; that of the message itself is named by its last line.</summary>
    public ConcurrentDictionary<string, string> Refusals { get; } = new();

    public Task<bool> AuthenticateAsync(
        ISessionContext context, string user, string password, CancellationToken cancellationToken)
    {
        SignIns.Enqueue((user, password));
        return Task.FromResult(true);
    }

    public Task<SmtpResponse> SaveAsync(
        ISessionContext context, IMessageTransaction transaction, ReadOnlySequence<byte> buffer,
        CancellationToken cancellationToken)
    {
        var refusal = RefusalOf(".");
        if (refusal is null)
        {
            // The library cuts off the line end before the last dot, which belongs to the message (RFC 5321, 4.1.1.4).
            Messages.Enqueue(Encoding.UTF8.GetString(buffer) + "\r\n");
        }

        return Task.FromResult(refusal ?? SmtpResponse.Ok);
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _serving.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        _stop.Dispose();
    }

    private static int FreePort()
    {
        using var probe = new TcpListener(IPAddress.Loopback, 0);
        probe.Start();
        return ((IPEndPoint)probe.LocalEndpoint).Port;
    }

    private void Execute(string command)
    {
        Commands.Enqueue(command);
        if (RefusalOf(command) is { } refusal)
        {
            throw new SmtpResponseException(refusal, command == "QUIT");
        }
    }

    private SmtpResponse? RefusalOf(string command) => Refusals.TryGetValue(command, out var text)
        ? new SmtpResponse((SmtpReplyCode)int.Parse(text.AsSpan(0, 3), CultureInfo.InvariantCulture), text[4..])
        : null;
}
