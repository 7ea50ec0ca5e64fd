using System.Net;
using Microsoft.Extensions.Options;

namespace Ax2.Limits;

internal sealed class TrafficOptionsValidator : IValidateOptions<TrafficOptions>
{
    private static readonly TimeSpan MinSlowBodyGrace = TimeSpan.FromSeconds(1);

    public ValidateOptionsResult Validate(string? name, TrafficOptions options)
    {
        var broken = new ValidateOptionsResultBuilder();
        if (options.MaxInFlight < 0 || options.MaxInFlightPerAddress < 0 || options.MaxInFlightPerCaller < 0
            || options.MaxConnections < 0 || options.MinBytesPerSecond < 0)
        {
            broken.AddError("Traffic: no limit is negative.");
        }

        if (options.HeadersTimeout <= TimeSpan.Zero || options.KeepAliveTimeout <= TimeSpan.Zero)
        {
            broken.AddError("Traffic: timeouts are more than zero.");
        }

        if (options.SlowBodyGrace <= MinSlowBodyGrace)
        {
            broken.AddError("Traffic:SlowBodyGrace is more than 1 s.");
        }

        if (!options.Proxies.All(proxy => IPNetwork.TryParse(proxy, out _)))
        {
            broken.AddError("Traffic:Proxies are networks.");
        }

        return broken.Build();
    }
}
