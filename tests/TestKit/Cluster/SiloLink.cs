using System.Globalization;

namespace Ax2.TestKit.Cluster;

/// <summary>
/// Relays in front of one silo's two ports and between it and PostgreSQL. The silo tells the others the relays' ports
/// and listens behind them. What it sends to another silo passes that one's relay, which knows the sender by its socket.
/// </summary>
internal sealed class SiloLink : IDisposable
{
    private readonly Gate _gate = new();
    private readonly TcpRelay _silo;
    private readonly TcpRelay _gateway;
    private readonly TcpRelay _postgres;

    /// <param name="gateOfClient">The gate of the silo that connected from a port, or null.</param>
    internal SiloLink(int siloPort, int gatewayPort, int postgresPort, Func<int, Gate?> gateOfClient)
    {
        _silo = new TcpRelay(siloPort, client => gateOfClient(client) is { } other ? [_gate, other] : [_gate]);
        _gateway = new TcpRelay(gatewayPort, _ => [_gate]);
        _postgres = new TcpRelay(postgresPort, _ => [_gate]);
        Environment = new Dictionary<string, string>
        {
            ["Orleans__SiloPort"] = Text(_silo.Port),
            ["Orleans__GatewayPort"] = Text(_gateway.Port),
            ["Orleans__SiloListenPort"] = Text(siloPort),
            ["Orleans__GatewayListenPort"] = Text(gatewayPort),
        };
    }

    internal Gate Gate => _gate;

    internal int PostgresPort => _postgres.Port;

    /// <summary>Put over the silo's own.</summary>
    internal IReadOnlyDictionary<string, string> Environment { get; }

    internal void Cut() => _gate.Close();

    internal void Heal() => _gate.Open();

    public void Dispose()
    {
        _silo.Dispose();
        _gateway.Dispose();
        _postgres.Dispose();
    }

    private static string Text(int port) => port.ToString(CultureInfo.InvariantCulture);
}
