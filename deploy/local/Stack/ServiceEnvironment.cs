namespace Ax2.Local;

/// <summary>
/// The environment of a service. Whatever the caller has set wins, in any spelling that configuration
/// treats as the same name; only the addresses and the name are ours alone, or two processes would get the same.
/// </summary>
internal static class ServiceEnvironment
{
    public const string Postgres = "ConnectionStrings__Postgres";
    private const int MaxCutters = 2;

    /// <param name="processors">How many of the machine's are this silo's share.</param>
    public static IReadOnlyDictionary<string, string> ForSilo(
        LocalLayout layout, int index, int processors, string postgres, IReadOnlyCollection<string> callerNames)
    {
        var ports = layout.Silo(index);
        var defaults = Shared(layout, postgres);
        defaults["Speech__Embedded__ModelFolder"] = layout.Models;
        defaults["Speech__Embedded__Threads"] = $"{processors}";
        defaults["Jobs__MaxCuttersPerSilo"] = $"{Math.Min(processors, MaxCutters)}";
        defaults["Passwords__Argon2__MaxConcurrent"] = $"{processors}";
        defaults["Media__Ffmpeg__TemporaryFolder"] = layout.Temporary;
        defaults["Operator__PasswordFile"] = layout.OperatorPasswordFile;
        defaults["SignIn__Origin"] = Url(layout.ApiPort);
        // Nobody reads mails at the addresses of a local stack: credits do not wait for that.
        defaults["Accounts__WelcomeNeedsVerification"] = "false";
        defaults["Secrets__Keys__local"] = layout.StateKeyFile;
        defaults["Secrets__CurrentKey"] = "local";
        return Without(defaults, callerNames, new()
        {
            ["ASPNETCORE_URLS"] = Url(ports.Http),
            ["Orleans__SiloName"] = StackPlan.SiloName(index),
            ["Orleans__SiloPort"] = $"{ports.Silo}",
            ["Orleans__GatewayPort"] = $"{ports.Gateway}",
        });
    }

    public static IReadOnlyDictionary<string, string> ForApi(
        LocalLayout layout, string postgres, IReadOnlyCollection<string> callerNames) =>
        Without(Shared(layout, postgres), callerNames, new() { ["ASPNETCORE_URLS"] = Url(layout.ApiPort) });

    private static Dictionary<string, string> Shared(LocalLayout layout, string postgres) => new()
    {
        [Postgres] = postgres,
        ["Orleans__ClusterId"] = "local",
        ["Orleans__ServiceId"] = "ax2-caption",
        ["Storage__Disk__Folder"] = layout.Objects,
        ["Storage__Disk__SigningKeyFile"] = layout.SigningKeyFile,
        ["Mail__Outbox__Folder"] = layout.Outbox,
        ["DOTNET_ENVIRONMENT"] = "Production",
        ["ASPNETCORE_ENVIRONMENT"] = "Production",
    };

    private static string Url(int port) => LocalLayout.Loopback(port).GetLeftPart(UriPartial.Authority);

    private static Dictionary<string, string> Without(
        Dictionary<string, string> defaults, IReadOnlyCollection<string> callerNames, Dictionary<string, string> ours)
    {
        var given = callerNames.ToHashSet(StringComparer.OrdinalIgnoreCase);
        foreach (var (name, value) in defaults.Where(pair => !given.Contains(pair.Key)))
            ours[name] = value;
        return ours;
    }
}
