using System.Diagnostics;
using System.Globalization;
using Ax2.Local;
using Ax2.Local.Client;
using Ax2.Local.Commands;
using Ax2.TestKit;

namespace Ax2.Benchmarks.Job;

/// <summary>
/// The product as a user runs it, in a home of its own that shares only the tools and models. Its supervisor hangs on a
/// pipe that this process holds: however this process ends, the stack does not outlive it.
/// </summary>
internal sealed class BenchStack : IAsyncDisposable
{
    private const int PortsWithoutSilos = 10;
    private const int PortsOfSilo = 3;

    private readonly LocalLayout _layout;
    private readonly BenchStackOptions _options;
    private Process? _supervisor;

    private BenchStack(LocalLayout layout, BenchStackOptions options) => (_layout, _options) = (layout, options);

    public LocalLayout Layout => _layout;

    /// <param name="folder">Holds the home; removing it is left to the caller.</param>
    public static Task<BenchStack> StartAsync(string folder, CancellationToken cancellationToken) =>
        StartAsync(folder, new BenchStackOptions(), cancellationToken);

    public static async Task<BenchStack> StartAsync(
        string folder, BenchStackOptions options, CancellationToken cancellationToken)
    {
        var ports = FreePorts.FindRun(PortsWithoutSilos + options.Silos * PortsOfSilo);
        var layout = new LocalLayout(Ax2Home.RepositoryRoot, MakeHome(folder), ports);
        await LocalSetup.EnsureAsync(layout, yes: false, TimeProvider.System, cancellationToken);
        await options.Prepare(layout);
        var stack = new BenchStack(layout, options);
        try
        {
            await stack.SuperviseAsync(cancellationToken);
            return stack;
        }
        catch
        {
            await stack.DisposeAsync();
            throw;
        }
    }

    /// <summary>As <c>./ax2 up</c> does, also after the supervisor was killed. Answers when all is ready.</summary>
    public async Task SuperviseAsync(CancellationToken cancellationToken)
    {
        _supervisor?.Dispose();
        var start = new ProcessStartInfo(
            Path.Combine(_layout.Repository, "ax2"), [SuperviseCommand.Name, $"{_options.Silos}"])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
        };
        start.Environment["AX2_HOME"] = _layout.Home;
        start.Environment["AX2_PORT"] = $"{_layout.FirstPort}";
        start.Environment["PriceList__WelcomeCredits"] = "1000000";
        foreach (var (name, value) in _options.Settings(_layout))
        {
            start.Environment[name] = value;
        }

        _supervisor = Process.Start(start) ?? throw new SetupException("Could not start the stack.");
        _supervisor.BeginOutputReadLine();
        await StackControl.WaitUntilReadyAsync(_layout, _supervisor, TimeProvider.System, cancellationToken);
    }

    /// <summary>The stack runs on without it.</summary>
    public async Task KillSupervisorAsync(CancellationToken cancellationToken)
    {
        _supervisor!.Kill();
        await _supervisor.WaitForExitAsync(cancellationToken);
    }

    /// <summary>Of a running service, or null.</summary>
    public ProcessIdentity? ProcessOf(string service) =>
        StackRecord.Read(_layout)?.Services.FirstOrDefault(known => known.Name == service)?.Process is
            { IsAlive: true } process
            ? process
            : null;

    /// <summary>A client of a new user.</summary>
    public async Task<ApiClient> SignUpAsync(CancellationToken cancellationToken)
    {
        const string password = "a long enough password";
        var email = $"bench-{Guid.CreateVersion7():N}@ax2.localhost";
        var api = new ApiClient(_layout.ApiOrigin, TimeProvider.System);
        await api.CreateUserAsync(email, password, cancellationToken);
        await api.SignInAsync(email, password, cancellationToken);
        return api;
    }

    /// <summary>The most memory that the silo had resident since it started.</summary>
    public double SiloPeakMegabytes()
    {
        var silo = StackRecord.Read(_layout)!.Services.Single(service => service.Name == "silo 0");
        if (silo.Restarts > 0)
            throw new InvalidOperationException($"The silo was restarted: see {silo.Log}.");
        var peak = File.ReadLines($"/proc/{silo.Process!.Pid}/status")
            .Single(line => line.StartsWith("VmHWM:", StringComparison.Ordinal));
        return double.Parse(peak.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries)[1],
            CultureInfo.InvariantCulture) / 1024;
    }

    public async ValueTask DisposeAsync()
    {
        if (_supervisor is null)
        {
            return;
        }

        _supervisor.StandardInput.Close();
        await _supervisor.WaitForExitAsync();
        _supervisor.Dispose();
        // Nothing, unless it had been killed.
        await StackControl.StopAsync(_layout, TimeProvider.System);
    }

    private static string MakeHome(string folder)
    {
        var home = Path.Combine(folder, "home-" + Path.GetRandomFileName());
        Directory.CreateDirectory(home);
        foreach (var shared in new[] { Ax2Home.Tools, Ax2Home.Models })
        {
            Directory.CreateSymbolicLink(Path.Combine(home, Path.GetFileName(shared)), shared);
        }
        return home;
    }
}

internal sealed record BenchStackOptions
{
    /// <summary>Default 1.</summary>
    public int Silos { get; init; } = 1;

    /// <summary>Put over the environment of every process of the stack. Default none.</summary>
    public Func<LocalLayout, IReadOnlyDictionary<string, string>> Settings { get; init; } =
        _ => new Dictionary<string, string>();

    /// <summary>Before anything starts. Default nothing.</summary>
    public Func<LocalLayout, Task> Prepare { get; init; } = _ => Task.CompletedTask;
}
