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

    /// <summary>
    /// The rest can do without what these take away, so whoever watches a job has no pause from the fault's begin on.
    /// That holds for the object folder as well: the audio of a watched job is cut before, and nothing else of it is
    /// written there.
    /// </summary>
    private static readonly IReadOnlyList<string> Survivable =
        ["silo_killed", "silo_frozen", DiskFull, "objects_read_only", "supervisor_killed"];

    private static readonly TimeSpan Hold = TimeSpan.FromSeconds(16);
    private static readonly TimeSpan Gap = TimeSpan.FromSeconds(4);
    private static readonly TimeSpan WellTimeout = TimeSpan.FromMinutes(3);
    private static readonly TimeSpan SteadyFor = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan LookEvery = TimeSpan.FromMilliseconds(100);

    private readonly HealthProbe _probe = new(TimeProvider.System);

    public static bool IsSurvivable(string kind) => Survivable.Contains(kind);

    public static bool KillsApi(string kind) => kind is "api_killed" or "everything_killed";

    /// <summary>Answers when what it took away is back, or at once for a silo's kill.</summary>
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

    /// <summary>
    /// Since when every part of the stack is ready; null when not in time. It must stay so for a while: a silo that was
    /// frozen is ready for a moment, until it finds out that it was voted dead.
    /// </summary>
    public async Task<DateTimeOffset?> RecoversAsync(CancellationToken cancellationToken)
    {
        var begun = TimeProvider.System.GetTimestamp();
        DateTimeOffset? wellSince = null;
        while (TimeProvider.System.GetElapsedTime(begun) <= WellTimeout)
        {
            var isWell = await IsWellAsync();
            var now = TimeProvider.System.GetUtcNow();
            wellSince = isWell ? wellSince ?? now : null;
            if (now - wellSince >= SteadyFor)
            {
                return wellSince;
            }

            await Task.Delay(LookEvery, TimeProvider.System, cancellationToken);
        }

        return null;
    }

    private IEnumerable<string> SiloNames => Enumerable.Range(0, silos).Select(StackPlan.SiloName);

    /// <summary>Not longer than <see cref="WellTimeout"/>.</summary>
    private static async Task AwaitAsync(Func<Task<bool>> isSo, CancellationToken cancellationToken)
    {
        var begun = TimeProvider.System.GetTimestamp();
        while (!await isSo() && TimeProvider.System.GetElapsedTime(begun) <= WellTimeout)
        {
            await Task.Delay(LookEvery, TimeProvider.System, cancellationToken);
        }
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

    /// <summary>One connection is lost, and a while later all of them.</summary>
    private async Task KillBackendsAsync(CancellationToken cancellationToken)
    {
        await Postgres.EndOneBackendAsync(stack.Layout, cancellationToken);
        await Task.Delay(Gap, TimeProvider.System, cancellationToken);
        await Postgres.KillOneBackendAsync(stack.Layout, cancellationToken);
        await AwaitAsync(HasPostgresAsync, cancellationToken);
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
