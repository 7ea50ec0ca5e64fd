using System.Globalization;

namespace Ax2.Local;

/// <summary>Which processes the stack has, with which ports and settings.</summary>
internal static class StackPlan
{
    public const string ApiName = "API";

    /// <summary>What the stack's status and the cluster both call it.</summary>
    public static string SiloName(int index) => $"silo {index}";

    /// <summary>
    /// The processors of one silo where so many share the machine: together they compute with as many threads as it has
    /// processors, or one each. In a container its limit is the share, and the silo sees no more.
    /// </summary>
    public static int ShareOfProcessors(int processors, int silos) => Math.Max(1, processors / silos);

    /// <param name="silos">How many silos share this machine.</param>
    public static ServicePlan Silo(
        LocalLayout layout, int index, int silos, string postgres, IReadOnlyCollection<string> callerNames) => new(
            SiloName(index),
            ServicesBuild.Program(layout, "Silo"),
            Path.Combine(layout.Repository, "Silo"),
            ServiceEnvironment.ForSilo(
                layout, index, ShareOfProcessors(Environment.ProcessorCount, silos), postgres, callerNames),
            LocalLayout.Loopback(layout.Silo(index).Http),
            Path.Combine(layout.Logs, $"silo-{index}.log"));

    /// <summary>
    /// A silo waits for its database and then for the migrations, as long as its settings say, and ends by itself when
    /// that is over.
    /// </summary>
    public static TimeSpan SiloReadyTimeout(IReadOnlyDictionary<string, string> environment)
    {
        return Setting("Postgres__StartPatience", 1) + Setting("Postgres__MigrationPatience", 5)
            + TimeSpan.FromMinutes(2);

        TimeSpan Setting(string name, int normalMinutes) =>
            TimeSpan.TryParse(Given(environment, name), CultureInfo.InvariantCulture, out var given)
                ? given
                : TimeSpan.FromMinutes(normalMinutes);
    }

    public static ServicePlan Api(LocalLayout layout, string postgres, IReadOnlyCollection<string> callerNames) => new(
        ApiName,
        ServicesBuild.Program(layout, "Api"),
        Path.Combine(layout.Repository, "Api"),
        ServiceEnvironment.ForApi(layout, postgres, callerNames),
        layout.ApiOrigin,
        Path.Combine(layout.Logs, "api.log"));

    public static IEnumerable<(string Service, int Port, string Use)> ServicePorts(LocalLayout layout, int silos)
    {
        yield return (ApiName, layout.ApiPort, "web page and API");
        for (var index = 0; index < silos; index++)
        {
            var ports = layout.Silo(index);
            yield return (SiloName(index), ports.Silo, $"silo {index}");
            yield return (SiloName(index), ports.Gateway, $"gateway of silo {index}");
            yield return (SiloName(index), ports.Http, $"health and dashboard of silo {index}");
        }
    }

    /// <summary>The API first: nothing new comes in while the silos, all at once, hand over.</summary>
    public static async Task StopInOrderAsync<T>(IEnumerable<T> services, Func<T, string> name, Func<T, Task> stop)
    {
        foreach (var group in services.ToLookup(service => name(service) != ApiName).OrderBy(group => group.Key))
            await Task.WhenAll(group.Select(stop));
    }

    public static EmbeddedPostgres EmbeddedPostgres(LocalLayout layout, TimeProvider time) => new(
        new EmbeddedPostgresOptions
        {
            Programs = PostgresComponent.Folder(layout.Home),
            Folder = layout.Postgres,
            Port = layout.PostgresPort,
        },
        time);

    /// <summary>The caller's own database, or null when the embedded one is wanted.</summary>
    public static string? ExternalPostgres(IReadOnlyDictionary<string, string> environment) =>
        Given(environment, ServiceEnvironment.Postgres);

    private static string? Given(IReadOnlyDictionary<string, string> environment, string name) =>
        environment
            .Where(pair => pair.Key.Equals(name, StringComparison.OrdinalIgnoreCase))
            .Select(pair => pair.Value)
            .FirstOrDefault(value => value.Length > 0);
}
