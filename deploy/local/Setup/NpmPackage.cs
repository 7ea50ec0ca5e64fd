using System.Formats.Tar;
using System.IO.Compression;
using System.Security.Cryptography;

namespace Ax2.Local;

/// <summary>
/// One exact version of an npm package, used as an archive: fetched with the machine's own npm and its settings,
/// refused unless its tarball has the pinned hash, and never executed: no script of it is run.
/// </summary>
/// <param name="Name">With its scope.</param>
/// <param name="Version">Exact.</param>
/// <param name="Integrity"><c>sha512-</c> and the base64 hash of the tarball, as registries publish it.</param>
public sealed record NpmPackage(string Name, string Version, string Integrity)
{
    private static readonly TimeSpan FetchTimeout = TimeSpan.FromMinutes(10);

    /// <summary>
    /// Writes chosen files of the package into <paramref name="folder"/>. <paramref name="choose"/> gets each file's
    /// path inside the package (<c>dist/index.js</c>) and answers where it goes below the folder, or null to leave it.
    /// </summary>
    public async Task ExtractAsync(
        string folder, Func<string, string?> choose, TimeProvider time, CancellationToken cancellationToken)
    {
        var scratch = Directory.CreateTempSubdirectory("ax2-npm-");
        try
        {
            var tarball = await FetchAsync(scratch.FullName, time, cancellationToken);
            await VerifyAsync(tarball, cancellationToken);
            await UnpackAsync(tarball, folder, choose, cancellationToken);
        }
        finally
        {
            scratch.Delete(recursive: true);
        }
    }

    private async Task<string> FetchAsync(string scratch, TimeProvider time, CancellationToken cancellationToken)
    {
        string[] command = ["npm", "pack", $"{Name}@{Version}", "--ignore-scripts", "--silent"];
        await Command.RunAsync(command, scratch, FetchTimeout, time, cancellationToken);
        var tarballs = Directory.GetFiles(scratch, "*.tgz");
        return tarballs.Length == 1
            ? tarballs[0]
            : throw new SetupException($"npm brought {tarballs.Length} tarballs for {Name}@{Version}.");
    }

    internal async Task VerifyAsync(string tarball, CancellationToken cancellationToken)
    {
        await using var file = File.OpenRead(tarball);
        var actual = "sha512-" + Convert.ToBase64String(await SHA512.HashDataAsync(file, cancellationToken));
        if (actual != Integrity)
            throw new IntegrityException($"{Name}@{Version} has {actual}, but {Integrity} was pinned.");
    }

    internal static async Task UnpackAsync(
        string tarball, string folder, Func<string, string?> choose, CancellationToken cancellationToken)
    {
        await using var file = File.OpenRead(tarball);
        await using var unzipped = new GZipStream(file, CompressionMode.Decompress);
        await using var archive = new TarReader(unzipped);
        while (await archive.GetNextEntryAsync(copyData: false, cancellationToken) is { } entry)
        {
            // Links are left out: a link inside an archive could lead a later entry anywhere.
            if (entry.EntryType is not (TarEntryType.RegularFile or TarEntryType.V7RegularFile))
                continue;
            // The first folder is "package" by custom, but any name is allowed.
            var inner = entry.Name[(entry.Name.IndexOf('/', StringComparison.Ordinal) + 1)..];
            if (choose(inner) is not { } target)
                continue;
            var path = Inside(folder, target);
            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
            await entry.ExtractToFileAsync(path, overwrite: false, cancellationToken);
        }
    }

    private static string Inside(string folder, string relative)
    {
        var root = Path.GetFullPath(folder) + Path.DirectorySeparatorChar;
        var path = Path.GetFullPath(Path.Combine(root, relative));
        return path.StartsWith(root, StringComparison.Ordinal)
            ? path
            : throw new IntegrityException($"The archive tries to write outside its folder: '{relative}'.");
    }
}
