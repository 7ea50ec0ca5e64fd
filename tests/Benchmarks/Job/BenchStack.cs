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
    private const int PortsOfOneSilo = 13;

    private readonly LocalLayout _layout;
    private readonly Process _supervisor;

    private BenchStack(LocalLayout layout, Process supervisor) => (_layout, _supervisor) = (layout, supervisor);

    public LocalLayout Layout => _layout;

    /// <param name="folder">Holds the home; removing it is left to the caller.</param>
    public static async Task<BenchStack> StartAsync(string folder, CancellationToken cancellationToken)
    {
        var layout = new LocalLayout(Ax2Home.RepositoryRoot, MakeHome(folder), FreePorts.FindRun(PortsOfOneSilo));
        await LocalSetup.EnsureAsync(layout, yes: false, TimeProvider.System, cancellationToken);
        var start = new ProcessStartInfo(Path.Combine(layout.Repository, "ax2"), [SuperviseCommand.Name, "1"])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
        };
        start.Environment["AX2_HOME"] = layout.Home;
        start.Environment["AX2_PORT"] = $"{layout.FirstPort}";
        start.Environment["PriceList__WelcomeCredits"] = "1000000";
        var supervisor = Process.Start(start) ?? throw new SetupException("Could not start the stack.");
        supervisor.BeginOutputReadLine();
        var stack = new BenchStack(layout, supervisor);
        try
        {
            await StackControl.WaitUntilReadyAsync(layout, supervisor, TimeProvider.System, cancellationToken);
            return stack;
        }
        catch
        {
            await stack.DisposeAsync();
            throw;
        }
    }

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
        _supervisor.StandardInput.Close();
        await _supervisor.WaitForExitAsync();
        _supervisor.Dispose();
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
