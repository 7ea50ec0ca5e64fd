using System.Globalization;
using Npgsql;

namespace Ax2.Local;

/// <param name="Detail">What is wrong, or where it is.</param>
internal sealed record PartStatus(string Name, bool IsWell, string Detail);

/// <summary>How every part of the stack is.</summary>
internal sealed record StackStatus(bool IsRunning, IReadOnlyList<PartStatus> Parts)
{
    private const long LowDiskBytes = 1L << 30;

    public int ExitCode => !IsRunning ? ExitCodes.NotRunning
        : Parts.All(part => part.IsWell) ? ExitCodes.Ok
        : ExitCodes.Failed;

    public static async Task<StackStatus> ReadAsync(
        LocalLayout layout, TimeProvider time, CancellationToken cancellationToken)
    {
        var record = StackRecord.Read(layout) is { IsSupervised: true } supervised
            ? supervised
            : StackControl.Unsupervised(layout);
        if (record is null)
            return new StackStatus(false, [Disk(layout), Ffmpeg(), Models(layout)]);
        using var probe = new HealthProbe(time);
        List<PartStatus> parts =
        [
            Stack(record),
            await PostgresAsync(layout, record, time, cancellationToken),
        ];
        foreach (var service in record.Services)
            parts.Add(await ServiceAsync(service, probe, cancellationToken));
        return new StackStatus(true, [.. parts, Disk(layout), Ffmpeg(), Models(layout)]);
    }

    private static PartStatus Stack(StackRecord record) => record.IsSupervised
        ? new("stack", record.Phase is StackPhase.Ready, record.Phase.ToString().ToLowerInvariant())
        : new("stack", false, "no supervisor: what dies stays dead; ./ax2 up adopts what runs");

    private static async Task<PartStatus> ServiceAsync(
        ServiceRecord service, HealthProbe probe, CancellationToken cancellationToken)
    {
        var restarts = service.Restarts > 0 ? $", restarts: {service.Restarts}, log {service.Log}" : "";
        return service.Process is not { IsAlive: true } process
            ? new PartStatus(service.Name, false, $"not running{restarts}")
            : await probe.AskAsync(service.Http, cancellationToken) is { } trouble
                ? new PartStatus(service.Name, false, $"{trouble}, log {service.Log}")
                : new PartStatus(service.Name, true, $"{service.Http}, process {process.Pid}{restarts}");
    }

    private static async Task<PartStatus> PostgresAsync(
        LocalLayout layout, StackRecord record, TimeProvider time, CancellationToken cancellationToken)
    {
        const string Name = "PostgreSQL";
        var external = StackPlan.ExternalPostgres(CallerEnvironment.Read());
        if (record.ExternalPostgres && external is null)
            return new PartStatus(Name, true, "external; the silos' health covers it");
        try
        {
            var connection = new NpgsqlConnectionStringBuilder(
                record.ExternalPostgres ? external : StackPlan.EmbeddedPostgres(layout, time).ConnectionString)
            {
                Timeout = 3,
                CommandTimeout = 3,
                Pooling = false,
            };
            await using var source = NpgsqlDataSource.Create(connection);
            await using var command = source.CreateCommand("SELECT 1");
            await command.ExecuteScalarAsync(cancellationToken);
            return new PartStatus(Name, true, $"{connection.Host}:{connection.Port}");
        }
        catch (Exception failure) when (failure is NpgsqlException or SetupException or IOException)
        {
            return new PartStatus(Name, false, failure.Message);
        }
    }

    private static PartStatus Disk(LocalLayout layout)
    {
        var folder = Directory.Exists(layout.Home) ? layout.Home : layout.Repository;
        var free = new DriveInfo(folder).AvailableFreeSpace;
        var amount = string.Create(CultureInfo.InvariantCulture, $"{free / (double)(1 << 30):0.0} GiB free");
        return new PartStatus("disk space", free >= LowDiskBytes, $"{amount} at {folder}");
    }

    private static PartStatus Ffmpeg() => SystemPackage.OnPath("ffmpeg") is { } path
        ? new PartStatus("ffmpeg", true, path)
        : new PartStatus("ffmpeg", false, "missing: ./ax2 setup installs it");

    private static PartStatus Models(LocalLayout layout) => SpeechModelsComponent.IsComplete(layout.Home)
        ? new PartStatus("models", true, layout.Models)
        : new PartStatus("models", false, "missing: ./ax2 setup fetches them");
}
