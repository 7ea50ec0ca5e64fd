namespace Ax2.Limits;

/// <summary>
/// How much one API process takes on at a time, and how slow a client may be. Section <c>Traffic</c>.
/// </summary>
internal sealed class TrafficOptions
{
    internal const string Section = "Traffic";

    /// <summary>Requests that the process works on; more are answered 503. Zero is no limit. Default 5000.</summary>
    public int MaxInFlight { get; set; } = 5000;

    /// <summary>
    /// Requests from one address that the process works on, watched jobs included; more are answered 429. Zero is no
    /// limit. Default 500.
    /// </summary>
    public int MaxInFlightPerAddress { get; set; } = 500;

    /// <summary>As <see cref="MaxInFlightPerAddress"/>, for a user or an API key. Default 100.</summary>
    public int MaxInFlightPerCaller { get; set; } = 100;

    /// <summary>Open connections; more are closed at once. Zero is no limit. Default 10 000.</summary>
    public int MaxConnections { get; set; } = 10_000;

    /// <summary>
    /// How long a client may take for the headers of a request. More than zero. Default 10 s.
    /// </summary>
    public TimeSpan HeadersTimeout { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary>How long a connection may wait for its next request. More than zero. Default 65 s.</summary>
    public TimeSpan KeepAliveTimeout { get; set; } = TimeSpan.FromSeconds(65);

    /// <summary>
    /// Bytes in a second that a body must keep up, both ways, once <see cref="SlowBodyGrace"/> has passed. Zero is no
    /// limit. Default 1024.
    /// </summary>
    public int MinBytesPerSecond { get; set; } = 1024;

    /// <summary>More than 1 s, the step in which it is measured. Default 5 s.</summary>
    public TimeSpan SlowBodyGrace { get; set; } = TimeSpan.FromSeconds(5);

    /// <summary>
    /// The proxies whose <c>X-Forwarded-For</c> and <c>X-Forwarded-Proto</c> are believed, as networks: for example
    /// <c>10.0.0.0/8</c>. Default none: then the address of the connection counts.
    /// </summary>
    public IList<string> Proxies { get; init; } = [];
}
