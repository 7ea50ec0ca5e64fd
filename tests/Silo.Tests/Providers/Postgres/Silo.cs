using System.Globalization;

namespace Ax2.Tests.Postgres;

/// <summary>A made-up silo of a made-up cluster, and the parameters that name it.</summary>
internal sealed record Silo(string Cluster, int Port, string Address = "10.0.0.1", int Generation = 1)
{
    public const int Joining = 2;
    public const int Active = 3;
    public const int Dead = 6;

    public static readonly DateTime Start = new(2026, 1, 2, 3, 4, 5, 678, DateTimeKind.Utc);

    public (string, object?)[] Key =>
        [("DeploymentId", Cluster), ("Address", Address), ("Port", Port), ("Generation", Generation)];

    public static string NewCluster() => "c-" + Guid.CreateVersion7().ToString("N", CultureInfo.InvariantCulture);

    public (string, object?)[] Insert(int version, int status = Active, int proxyPort = 30000) =>
    [
        .. Key, ("SiloName", "silo"), ("HostName", "host"), ("Status", status), ("ProxyPort", proxyPort),
        ("StartTime", Start), ("IAmAliveTime", Start), ("Version", version),
    ];

    public (string, object?)[] Update(int version, int status, string? suspectTimes = null) =>
    [
        .. Key, ("Status", status), ("SuspectTimes", suspectTimes), ("IAmAliveTime", Start.AddMinutes(1)),
        ("Version", version),
    ];

    public (string, object?)[] Cleanup(DateTime start, DateTime iAmAlive, string? suspectTimes) =>
        [.. Key, ("SuspectTimes", suspectTimes), ("StartTime", start), ("IAmAliveTime", iAmAlive)];
}
