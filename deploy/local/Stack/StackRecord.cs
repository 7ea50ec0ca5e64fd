using System.Text.Json;
using System.Text.Json.Serialization;

namespace Ax2.Local;

/// <summary>What the supervisor has written down about the stack of one home.</summary>
/// <param name="ExternalPostgres">True when the caller gave a connection string; it is not kept here.</param>
/// <param name="Failure">Why the stack did not come up, else null.</param>
public sealed record StackRecord(
    StackPhase Phase,
    ProcessIdentity Supervisor,
    int FirstPort,
    bool ExternalPostgres,
    IReadOnlyList<ServiceRecord> Services,
    string? Failure)
{
    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web)
    {
        WriteIndented = true,
        Converters = { new JsonStringEnumConverter() },
    };

    [JsonIgnore]
    public bool IsSupervised => Supervisor.IsAlive;

    [JsonIgnore]
    public int Silos => Services.Count(service => service.Name != StackPlan.ApiName);

    /// <summary>The record of a home, or null when nothing was started there or it cannot be read.</summary>
    public static StackRecord? Read(LocalLayout layout)
    {
        try
        {
            return JsonSerializer.Deserialize<StackRecord>(File.ReadAllBytes(FileOf(layout)), Json);
        }
        catch (Exception none) when (none is FileNotFoundException or DirectoryNotFoundException or JsonException)
        {
            return null;
        }
    }

    public void Write(LocalLayout layout) =>
        AtomicFile.Write(FileOf(layout), JsonSerializer.SerializeToUtf8Bytes(this, Json));

    public static void Remove(LocalLayout layout)
    {
        if (Directory.Exists(layout.Run))
            File.Delete(FileOf(layout));
    }

    private static string FileOf(LocalLayout layout) => Path.Combine(layout.Run, "stack.json");
}

public enum StackPhase
{
    Starting,
    Ready,
    Stopping,
    Failed,
}

/// <param name="Name">For example <c>silo 0</c>.</param>
/// <param name="Process">Null while it is being restarted.</param>
/// <param name="Http">Where its health endpoints are.</param>
public sealed record ServiceRecord(string Name, ProcessIdentity? Process, Uri Http, string Log, int Restarts);
