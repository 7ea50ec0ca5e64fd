using System.Net;
using Orleans.Runtime;

namespace Ax2.Jobs.Queue;

internal sealed class FakeSilo(int port = 1) : ILocalSiloDetails
{
    public string Name => $"silo {port}";

    public string ClusterId => "cluster";

    public string DnsHostName => "localhost";

    public SiloAddress SiloAddress { get; } = SiloAddress.New(new IPEndPoint(IPAddress.Loopback, port), 1);

    public SiloAddress GatewayAddress => SiloAddress;
}
