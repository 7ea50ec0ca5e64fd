using System.Globalization;

namespace Ax2.Local;

/// <summary>Where one copy of the product keeps its data and which loopback ports it takes.</summary>
/// <param name="Repository">Folder of the solution.</param>
/// <param name="Home">Everything that is not source or build output; AX2_HOME moves it.</param>
/// <param name="FirstPort">The API's port; the others follow. AX2_PORT moves it.</param>
public sealed record LocalLayout(string Repository, string Home, int FirstPort)
{
    public const int DefaultFirstPort = 5080;
    public const int MaxSilos = 16;
    private const int LowestPort = 1024;
    private const int FirstSiloOffset = 10;
    private const int PortsPerSilo = 3;
    private const int HighestPort = ushort.MaxValue - FirstSiloOffset - MaxSilos * PortsPerSilo;

    public int ApiPort => FirstPort;
    public int PostgresPort => FirstPort + 1;
    public Uri ApiOrigin => Loopback(ApiPort);

    public string Postgres => Path.Combine(Home, "postgres");
    public string Objects => Path.Combine(Home, "objects");
    public string Outbox => Path.Combine(Home, "outbox");
    public string Temporary => Path.Combine(Home, "tmp");
    public string Logs => Path.Combine(Home, "logs");
    public string Run => Path.Combine(Home, "run");
    public string Secrets => Path.Combine(Home, "secrets");
    public string Models => Path.Combine(Home, "models");

    public string SigningKeyFile => Path.Combine(Secrets, "object-signing.key");
    public string StateKeyFile => Path.Combine(Secrets, "state.key");
    public string OperatorPasswordFile => Path.Combine(Secrets, "operator.password");
    public string LocalUserFile => Path.Combine(Secrets, "local-user.json");

    /// <param name="index">From zero.</param>
    public SiloPorts Silo(int index)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(index);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(index, MaxSilos);
        var first = FirstPort + FirstSiloOffset + index * PortsPerSilo;
        return new SiloPorts(first, first + 1, first + 2);
    }

    public static Uri Loopback(int port) => new($"http://127.0.0.1:{port}");

    /// <summary>The layout of this process.</summary>
    public static LocalLayout Current() =>
        Read(FindRepository(), Environment.CurrentDirectory, Environment.GetEnvironmentVariable);

    /// <summary>What the environment asks for. Throws <see cref="SetupException"/> for a bad value.</summary>
    public static LocalLayout Read(string repository, string workingFolder, Func<string, string?> environment)
    {
        var home = environment("AX2_HOME") is { Length: > 0 } given
            ? Path.GetFullPath(given, workingFolder)
            : Path.Combine(repository, ".ax2");
        return new LocalLayout(repository, home, ReadPort(environment("AX2_PORT")));
    }

    private static int ReadPort(string? text)
    {
        if (string.IsNullOrEmpty(text))
            return DefaultFirstPort;
        if (int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var port)
            && port is >= LowestPort and <= HighestPort)
            return port;
        throw new SetupException($"AX2_PORT must be a number from {LowestPort} to {HighestPort}, not '{text}'.");
    }

    /// <summary>The folder above the running program that holds the solution.</summary>
    public static string FindRepository()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (folder is not null && !File.Exists(Path.Combine(folder.FullName, "Ax2Caption.slnx")))
            folder = folder.Parent;
        return folder?.FullName ?? throw new SetupException("This tool runs inside the AX2 Caption repository only.");
    }
}

/// <param name="Http">Health endpoints and the dashboard.</param>
public sealed record SiloPorts(int Silo, int Gateway, int Http);
