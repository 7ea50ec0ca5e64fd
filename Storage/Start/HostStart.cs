using System.Net.Sockets;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Ax2;

/// <summary>
/// A host's start. What the machine does not give the host, such as a port or a folder, is a refusal, and it is said
/// once: the host and its server do not log it with their stack traces as well.
/// </summary>
public sealed class HostStart
{
    private const string Host = "Microsoft.Extensions.Hosting.Internal.Host";
    private const string Server = "Microsoft.AspNetCore.Server.Kestrel";

    private volatile bool hasStarted;

    public HostStart(ILoggingBuilder logging)
    {
        // Critical is what a background service ends the host with, be it during the start.
        logging.AddFilter(Host, level => level >= (hasStarted ? LogLevel.Warning : LogLevel.Critical));
        logging.AddFilter(Server, level => hasStarted && level >= LogLevel.Warning);
    }

    /// <summary>Runs the host that <c>logging</c> belongs to until it ends.</summary>
    /// <exception cref="RefusedStartException">The machine lacks what the host needs.</exception>
    public async Task RunAsync(IHost host)
    {
        ArgumentNullException.ThrowIfNull(host);
        host.Services.GetRequiredService<IHostApplicationLifetime>().ApplicationStarted
            .Register(() => hasStarted = true);
        try
        {
            await host.RunAsync();
        }
        catch (Exception failure) when (!hasStarted && IsOfTheMachine(failure))
        {
            throw new RefusedStartException(failure.Message, failure);
        }
    }

    private static bool IsOfTheMachine(Exception failure) =>
        failure is IOException or UnauthorizedAccessException or SocketException
        || failure.InnerException is { } inner && IsOfTheMachine(inner);
}
