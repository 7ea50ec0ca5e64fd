using System.Globalization;

namespace Ax2.Local;

/// <summary>
/// Who runs PostgreSQL, which refuses to run as root: the user himself, or for root the system's powerless user
/// (65534, "nobody"), as in a container.
/// </summary>
internal sealed class PostgresUser
{
    private const string Nobody = "65534";
    private const int CapDacOverride = 1;
    private const int CapDacReadSearch = 2;

    private readonly string[] prefix;

    private PostgresUser(string[] prefix) => this.prefix = prefix;

    private bool IsNobody => prefix.Length > 0;

    /// <param name="folders">What PostgreSQL must be able to reach.</param>
    public static PostgresUser For(params string[] folders)
    {
        if (!Environment.IsPrivilegedProcess)
            return new PostgresUser([]);
        if (!OperatingSystem.IsLinux())
            throw new SetupException("PostgreSQL does not run as root here: start as an ordinary user.");
        List<string> prefix = ["setpriv", "--reuid=" + Nobody, "--regid=" + Nobody, "--clear-groups"];
        if (!folders.All(CanBeReachedByAll))
        {
            var capability = ReachingCapability();
            // Without the secure bit access(2) would ignore the capability, and PostgreSQL asks it about its programs.
            prefix.AddRange(
                ["--inh-caps=+" + capability, "--ambient-caps=+" + capability, "--securebits=+no_setuid_fixup"]);
        }
        return new PostgresUser([.. prefix]);
    }

    public string[] Command(params string[] command) => [.. prefix, .. command];

    /// <summary>Gives the folder and what is in it to the user that runs PostgreSQL.</summary>
    public async Task OwnAsync(string folder, TimeProvider time, CancellationToken cancellationToken)
    {
        if (IsNobody)
        {
            string[] command = ["chown", "-R", $"{Nobody}:{Nobody}", folder];
            await Ax2.Local.Command.RunAsync(command, null, TimeSpan.FromMinutes(1), time, cancellationToken);
        }
    }

    private static bool CanBeReachedByAll(string folder)
    {
        for (var parent = Directory.GetParent(folder); parent is not null; parent = parent.Parent)
        {
            if (!parent.UnixFileMode.HasFlag(UnixFileMode.OtherExecute))
                return false;
        }
        return true;
    }

    /// <summary>
    /// A home such as /root is closed to everyone else; then the server keeps the one capability that lets it pass.
    /// Container engines often withhold the narrow one from root and leave only the wide one.
    /// </summary>
    private static string ReachingCapability()
    {
        const string Label = "CapPrm:";
        var line = File.ReadLines("/proc/self/status").First(text => text.StartsWith(Label, StringComparison.Ordinal));
        var held = ulong.Parse(line[Label.Length..].Trim(), NumberStyles.HexNumber, CultureInfo.InvariantCulture);
        return (held & (1UL << CapDacReadSearch)) != 0 ? "dac_read_search"
            : (held & (1UL << CapDacOverride)) != 0 ? "dac_override"
            : throw new SetupException("PostgreSQL cannot reach its folder as another user: move AX2_HOME.");
    }
}
