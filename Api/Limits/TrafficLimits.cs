using Microsoft.AspNetCore.HttpOverrides;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.Options;
using IPNetwork = System.Net.IPNetwork;

namespace Ax2.Limits;

/// <summary>What holds before a request is understood: sizes, speed, connections, and whose address counts.</summary>
internal static class TrafficLimits
{
    /// <summary>No route takes more that does not say so itself.</summary>
    internal const int MaxBodyBytes = 64 * 1024;
    private const int MaxHeadersBytes = 16 * 1024;
    private const int MaxHeaders = 64;
    private const int MaxRequestLineBytes = 8 * 1024;

    internal static void UseTrafficLimits(this WebApplicationBuilder builder)
    {
        builder.Services.AddOptionsWithValidateOnStart<TrafficOptions, TrafficOptionsValidator>()
            .Bind(builder.Configuration.GetSection(TrafficOptions.Section));
        builder.Services.AddOptions<KestrelServerOptions>().Configure<IOptions<TrafficOptions>>(
            (kestrel, traffic) => Apply(traffic.Value, kestrel));
        builder.Services.AddOptions<ForwardedHeadersOptions>().Configure<IOptions<TrafficOptions>>(
            (forwarded, traffic) => Apply(traffic.Value, forwarded));
        builder.Services.AddSingleton<RateLimiter>();
        builder.Services.AddSingleton<LimitGuard>();
    }

    private static void Apply(TrafficOptions traffic, KestrelServerOptions kestrel)
    {
        kestrel.AddServerHeader = false;
        var limits = kestrel.Limits;
        limits.MaxRequestBodySize = MaxBodyBytes;
        limits.MaxRequestHeadersTotalSize = MaxHeadersBytes;
        limits.MaxRequestHeaderCount = MaxHeaders;
        limits.MaxRequestLineSize = MaxRequestLineBytes;
        limits.MaxConcurrentConnections = traffic.MaxConnections == 0 ? null : traffic.MaxConnections;
        limits.RequestHeadersTimeout = traffic.HeadersTimeout;
        limits.KeepAliveTimeout = traffic.KeepAliveTimeout;
        var rate = traffic.MinBytesPerSecond == 0
            ? null
            : new MinDataRate(traffic.MinBytesPerSecond, traffic.SlowBodyGrace);
        limits.MinRequestBodyDataRate = rate;
        limits.MinResponseDataRate = rate;
    }

    /// <summary>Anybody can write such a header: only a proxy of ours is believed, and nothing else is.</summary>
    private static void Apply(TrafficOptions traffic, ForwardedHeadersOptions forwarded)
    {
        forwarded.KnownProxies.Clear();
        forwarded.KnownIPNetworks.Clear();
        forwarded.ForwardLimit = null;
        forwarded.ForwardedHeaders = traffic.Proxies.Count == 0
            ? ForwardedHeaders.None
            : ForwardedHeaders.XForwardedFor | ForwardedHeaders.XForwardedProto;
        foreach (var proxy in traffic.Proxies)
        {
            forwarded.KnownIPNetworks.Add(IPNetwork.Parse(proxy));
        }
    }
}
