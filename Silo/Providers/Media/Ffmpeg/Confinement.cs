using System.Collections.Immutable;
using System.Diagnostics;

namespace Ax2.Media;

/// <summary>
/// What stands around a tool that reads a stranger's file. The shell's limits are always there; on Linux the tool also
/// dies with the silo, can gain no privileges, and, where the kernel lets us, has no network. Each command replaces
/// itself with the next, so the process that is started is the tool itself.
/// </summary>
/// <param name="Prefix">Commands that run the command after them.</param>
internal sealed record Confinement(string Name, ImmutableArray<string> Prefix)
{
    /// <summary>
    /// No core dump, no file written, few files open; then the given limits, as far as the system knows them.
    /// </summary>
    private const string Script =
        """
        ulimit -c 0; ulimit -f 0; ulimit -n 64
        [ "$1" = 0 ] || ulimit -t "$1"
        [ "$2" = 0 ] || ulimit -v "$2" 2>/dev/null
        shift 2
        exec nice -n 5 "$@" </dev/null
        """;

    private static readonly ImmutableArray<string> _setpriv =
        ["setpriv", "--no-new-privs", "--inh-caps=-all", "--pdeathsig", "KILL"];

    /// <summary>From the strongest to the weakest; the first one that works here is used.</summary>
    public static readonly ImmutableArray<Confinement> Candidates =
    [
        new("no network, no privileges", ["unshare", "--net", .. _setpriv, "--bounding-set=-all"]),
        new("no network, no privileges, own user namespace",
            ["unshare", "--map-root-user", "--net", .. _setpriv, "--bounding-set=-all"]),
        new("no new privileges", _setpriv),
        new("limits only", []),
    ];

    public ProcessStartInfo Command(string folder, FfmpegOptions limits, string tool, IEnumerable<string> arguments)
    {
        var info = new ProcessStartInfo("/bin/sh")
        {
            WorkingDirectory = folder,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        string[] shell =
        [
            "-c", Script, "ax2-media",
            Text((long)Math.Ceiling(limits.MaxDecodeTime.TotalSeconds)), Text(limits.MaxMemoryBytes / 1024),
        ];
        foreach (var argument in (string[])[.. shell, .. Prefix, tool, .. arguments]) info.ArgumentList.Add(argument);
        info.Environment.Clear();
        info.Environment["PATH"] = Environment.GetEnvironmentVariable("PATH");
        info.Environment["HOME"] = info.Environment["TMPDIR"] = folder;
        info.Environment["LC_ALL"] = "C";
        return info;
    }

    private static string Text(long number) => number.ToString(System.Globalization.CultureInfo.InvariantCulture);
}
