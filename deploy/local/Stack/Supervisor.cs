namespace Ax2.Local;

/// <summary>
/// Brings the stack up, keeps it up and takes it down. A service that dies once the stack is ready is started again,
/// for no crash loses work; one that dies before takes the start down with it.
/// </summary>
internal sealed class Supervisor
{
    private static readonly TimeSpan LookAfterPostgresEvery = TimeSpan.FromSeconds(5);

    private readonly IReadOnlyDictionary<string, string> caller = CallerEnvironment.Read();
    private readonly List<Service> services = [];
    private readonly Lock recording = new();
    private readonly LocalLayout layout;
    private readonly int silos;
    private readonly TextWriter output;
    private readonly TimeProvider time;

    /// <summary>What a killed supervisor left behind: those that live are adopted, the others started.</summary>
    private readonly IReadOnlyList<ServiceRecord> left;
    private EmbeddedPostgres? postgres;

    private Supervisor(LocalLayout layout, int silos, TextWriter output, TimeProvider time)
    {
        var record = StackControl.Unsupervised(layout);
        this.layout = record is null ? layout : layout with { FirstPort = record.FirstPort };
        this.silos = record?.Silos ?? silos;
        left = record?.Services ?? [];
        this.output = output;
        this.time = time;
    }

    /// <summary>Runs the stack until <paramref name="stop"/> and answers the exit code.</summary>
    public static async Task<int> RunAsync(
        LocalLayout layout, int silos, TextWriter output, TimeProvider time, CancellationToken stop)
    {
        using var held = StackControl.Lock(layout);
        return held is null
            ? ExitCodes.AlreadyRunning
            : await new Supervisor(layout, silos, output, time).RunAsync(stop);
    }

    private async Task<int> RunAsync(CancellationToken stop)
    {
        string? failure = null;
        try
        {
            await StartAsync(stop);
            await GuardAsync(stop);
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
        }
        catch (Exception fault)
        {
            failure = fault is SetupException ? fault.Message : fault.ToString();
        }
        await StopAsync(failure);
        return failure is null ? ExitCodes.Ok : ExitCodes.Failed;
    }

    private async Task StartAsync(CancellationToken stop)
    {
        Record(StackPhase.Starting);
        await CheckPortsAsync(
            StackPlan.ServicePorts(layout, silos)
                .Where(port => !left.Any(known => known.Name == port.Service && known.Process is { IsAlive: true }))
                .Select(port => (port.Port, port.Use)), stop);
        var connection = StackPlan.ExternalPostgres(caller) ?? await StartPostgresAsync(stop);
        string[] names = [.. caller.Keys];
        services.AddRange(Enumerable.Range(0, silos)
            .Select(index => StackPlan.Silo(layout, index, silos, connection, names)
                with { ReadyTimeout = StackPlan.SiloReadyTimeout(caller) })
            .Append(StackPlan.Api(layout, connection, names))
            .Select(plan => new Service(plan, time)));
        Adopt();
        using var probe = new HealthProbe(time);
        // Beside services that were left, the API as well starts at once: some silo may serve it already.
        foreach (var group in services.GroupBy(service => left.Count == 0 && service.Name == StackPlan.ApiName))
            await StartAsync(group, probe, stop);
        Record(StackPhase.Ready);
        Say($"the stack is ready: {silos} silo(s) and the API");
    }

    private async Task CheckPortsAsync(IEnumerable<(int Port, string Use)> ports, CancellationToken stop)
    {
        if (left.Count > 0)
            await PortCheck.WaitUntilFreeAsync([.. ports], layout.FirstPort, time, stop);
        else
            PortCheck.ThrowIfTaken(ports, layout.FirstPort);
    }

    private void Adopt()
    {
        foreach (var known in left)
        {
            if (known.Process is not { IsAlive: true } process)
                continue;
            services.Single(service => service.Name == known.Name).Adopt(process, known.Restarts);
            Say($"adopted the {known.Name}, process {process.Pid}");
        }
    }

    private async Task<string> StartPostgresAsync(CancellationToken stop)
    {
        postgres = StackPlan.EmbeddedPostgres(layout, time);
        if (!postgres.IsRunning)
            await CheckPortsAsync([(layout.PostgresPort, "PostgreSQL")], stop);
        await postgres.StartAsync(stop);
        return postgres.ConnectionString;
    }

    private async Task StartAsync(IEnumerable<Service> all, HealthProbe probe, CancellationToken stop)
    {
        foreach (var service in all.Where(service => !service.IsRunning))
        {
            service.Start();
            // Written at once: if this process is killed now, the next one must find it.
            Record(StackPhase.Starting);
        }
        foreach (var service in all)
        {
            try
            {
                await service.WaitUntilReadyAsync(probe, stop);
            }
            catch (SetupException trouble) when (left.Count > 0)
            {
                // The others serve on; one that ended is tried again for as long as it does not come up.
                Say(trouble.Message);
            }
        }
    }

    /// <summary>Ends by cancellation, or by the first guard that fails; then nothing is started any more.</summary>
    private async Task GuardAsync(CancellationToken stop)
    {
        using var ending = CancellationTokenSource.CreateLinkedTokenSource(stop);
        Task[] guards =
            [.. services.Select(service => GuardAsync(service, ending.Token)), LookAfterAsync(ending.Token)];
        await Task.WhenAny(guards);
        await ending.CancelAsync();
        await Task.WhenAll(guards);
    }

    private async Task GuardAsync(Service service, CancellationToken stop)
    {
        var backOff = new RestartBackOff();
        while (true)
        {
            var since = time.GetTimestamp();
            var code = await service.WaitForExitAsync(stop);
            var wait = backOff.AfterLife(time.GetElapsedTime(since));
            Record(StackPhase.Ready);
            var how = code is null ? "ended" : $"ended with {code}";
            var what = $"the {service.Name} {how}; it starts again in {wait.TotalSeconds:0.##} s.";
            Say($"{what} {service.LogTail()}");
            await Task.Delay(wait, time, stop);
            service.Start();
            Record(StackPhase.Ready);
        }
    }

    private async Task LookAfterAsync(CancellationToken stop)
    {
        while (true)
        {
            await Task.Delay(LookAfterPostgresEvery, time, stop);
            foreach (var service in services)
                service.TrimLog();
            if (postgres is null || postgres.IsRunning)
                continue;
            Say($"PostgreSQL ended; it starts again. Its log: {postgres.LogFile}");
            try
            {
                await postgres.StartAsync(stop);
            }
            catch (SetupException failure)
            {
                Say(failure.Message);
            }
        }
    }

    private async Task StopAsync(string? failure)
    {
        if (left.Count > 0 && services.Count == 0)
        {
            Say($"nothing was adopted, what runs runs on. {failure}");
            return;
        }
        Record(StackPhase.Stopping);
        await StackPlan.StopInOrderAsync(services, service => service.Name, StopAsync);
        if (postgres is not null)
            await postgres.StopAsync(CancellationToken.None);
        foreach (var service in services)
            service.Dispose();
        if (failure is null)
            StackRecord.Remove(layout);
        else
            Record(StackPhase.Failed, failure);
    }

    private async Task StopAsync(Service service)
    {
        if (!await service.StopAsync())
            Say($"the {service.Name} did not end in time and was killed");
    }

    private void Say(string line) => output.WriteLine($"{LogTime.Of(time.GetUtcNow())} {line}");

    private void Record(StackPhase phase, string? failure = null)
    {
        lock (recording)
        {
            var supervisor = ProcessIdentity.Of(Environment.ProcessId)!;
            // What is left is known by the record alone: it stays there until the services are adopted.
            IReadOnlyList<ServiceRecord> records = phase is StackPhase.Failed ? []
                : services.Count == 0 ? left
                : [.. services.Select(service => service.Record())];
            var external = StackPlan.ExternalPostgres(caller) is not null;
            new StackRecord(phase, supervisor, layout.FirstPort, external, records, failure).Write(layout);
        }
    }
}
