using System.Diagnostics;
using Ax2.Benchmarks.Job;
using Ax2.Local;
using Npgsql;

namespace Ax2.Benchmarks.Answers;

/// <summary>
/// What can happen to a supervised stack. Each fault is begun, held, and made good as far as an operator would have to;
/// the rest is the stack's own matter.
/// </summary>
internal sealed class StackFaults(BenchStack stack, ObjectFolder objects, int silos, Random random)
    : IDisposable
{
    public const string DiskFull = "disk_full";

    public static readonly IReadOnlyList<string> Kinds =
    [
        "silo_killed", "all_silos_killed", "api_killed", "postgres_killed", "backend_killed", "silo_frozen", DiskFull,
        "objects_read_only", "supervisor_killed", "everything_killed",
    ];

    private static readonly TimeSpan Hold = TimeSpan.FromSeconds(16);
    private static readonly TimeSpan Gap = TimeSpan.FromSeconds(4);
    private static readonly TimeSpan WellTimeout = TimeSpan.FromMinutes(3);
    private static readonly TimeSpan LookEvery = TimeSpan.FromMilliseconds(100);

    private readonly HealthProbe _probe = new(TimeProvider.System);

    /// <summary>
    /// Answers at the end of the fault: what it took away is back, or the rest can do without it, as two silos can
    /// without a third.
    /// </summary>
    public async Task InflictAsync(string kind, CancellationToken cancellationToken)
    {
        var silo = StackPlan.SiloName(random.Next(silos));
        switch (kind)
        {
            case "silo_killed":
                await SignalAsync(silo, "KILL");
                break;
            case "all_silos_killed":
                await Task.WhenAll(SiloNames.Select(name => SignalAsync(name, "KILL")));
                await AwaitAsync(IsAnySiloReadyAsync, cancellationToken);
                break;
            case "api_killed":
                await SignalAsync(StackPlan.ApiName, "KILL");
                await AwaitAsync(() => IsReadyAsync(stack.Layout.ApiOrigin), cancellationToken);
                break;
            case "postgres_killed":
                KillPostgres();
                await AwaitAsync(HasPostgresAsync, cancellationToken);
                break;
            case "backend_killed":
                await KillBackendsAsync(cancellationToken);
                break;
            case "silo_frozen":
                var frozen = await SignalAsync(silo, "STOP");
                await Task.Delay(Hold, TimeProvider.System, cancellationToken);
                await SignalAsync(frozen, "CONT");
                break;
            case DiskFull:
                await objects.KeepFullAsync(Hold, cancellationToken);
                break;
            case "objects_read_only":
                await objects.CloseToWritersAsync();
                await Task.Delay(Hold, TimeProvider.System, cancellationToken);
                await objects.OpenToWritersAsync();
                break;
            case "supervisor_killed":
                await stack.KillSupervisorAsync(cancellationToken);
                await Task.Delay(Hold, TimeProvider.System, cancellationToken);
                await stack.SuperviseAsync(cancellationToken);
                break;
            case "everything_killed":
                await stack.KillSupervisorAsync(cancellationToken);
                await Task.WhenAll(SiloNames.Append(StackPlan.ApiName).Select(name => SignalAsync(name, "KILL")));
                KillPostgres();
                await stack.SuperviseAsync(cancellationToken);
                break;
            default:
                throw new ArgumentOutOfRangeException(nameof(kind), kind, "There is no such fault.");
        }
    }

    public void Dispose() => _probe.Dispose();

    /// <summary>False when not every part of the stack is ready again in time.</summary>
    public Task<bool> RecoversAsync(CancellationToken cancellationToken) => AwaitAsync(IsWellAsync, cancellationToken);

    private IEnumerable<string> SiloNames => Enumerable.Range(0, silos).Select(StackPlan.SiloName);

    private static async Task<bool> AwaitAsync(Func<Task<bool>> isSo, CancellationToken cancellationToken)
    {
        var begun = TimeProvider.System.GetTimestamp();
        while (!await isSo())
        {
            if (TimeProvider.System.GetElapsedTime(begun) > WellTimeout)
            {
                return false;
            }

            await Task.Delay(LookEvery, TimeProvider.System, cancellationToken);
        }

        return true;
    }

    private async Task<bool> IsWellAsync()
    {
        var isUp = SiloNames.Append(StackPlan.ApiName).All(name => stack.ProcessOf(name) is not null);
        return isUp && StackRecord.Read(stack.Layout) is { IsSupervised: true } && await HasPostgresAsync()
            && (await Task.WhenAll(Origins.Select(IsReadyAsync))).All(isReady => isReady);
    }

    private async Task<bool> IsAnySiloReadyAsync() =>
        (await Task.WhenAll(Origins.Skip(1).Select(IsReadyAsync))).Any(isReady => isReady);

    /// <summary>The API's, then the silos'.</summary>
    private IEnumerable<Uri> Origins => Enumerable.Range(0, silos)
        .Select(index => LocalLayout.Loopback(stack.Layout.Silo(index).Http)).Prepend(stack.Layout.ApiOrigin);

    private async Task<bool> IsReadyAsync(Uri origin) => await _probe.AskAsync(origin, CancellationToken.None) is null;

    private async Task<bool> HasPostgresAsync()
    {
        try
        {
            await using var database = Postgres.OpenDataSource(stack.Layout);
            await using var connection = await database.OpenConnectionAsync();
            return true;
        }
        catch (Exception away) when (away is NpgsqlException or SetupException)
        {
            return false;
        }
    }

    private void KillPostgres()
    {
        if (Postgres.ProcessId(stack.Layout) is { } id)
        {
            using var server = Process.GetProcessById(id);
            server.Kill();
        }
    }

    /// <summary>
    /// One silo's backend, and after a while another: PostgreSQL ends all others itself then, and recovers.
    /// </summary>
    private async Task KillBackendsAsync(CancellationToken cancellationToken)
    {
        for (var time = 0; time < 3; time++)
        {
            await Postgres.KillOneBackendAsync(stack.Layout, cancellationToken);
            await AwaitAsync(HasPostgresAsync, cancellationToken);
            await Task.Delay(Gap, TimeProvider.System, cancellationToken);
        }
    }

    private async Task<ProcessIdentity> SignalAsync(string service, string signal)
    {
        var process = stack.ProcessOf(service)
            ?? throw new SetupException($"The {service} does not run: nothing to send {signal}.");
        await SignalAsync(process, signal);
        return process;
    }

    private static async Task SignalAsync(ProcessIdentity process, string signal)
    {
        if (process.IsAlive)
        {
            using var kill = Process.Start("kill", [$"-{signal}", $"{process.Pid}"]);
            await kill.WaitForExitAsync();
        }
    }
}
