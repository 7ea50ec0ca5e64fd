namespace Ax2.Media;

/// <summary>
/// The parts of one multipart upload of the disk store, as files of its folder. A part that is sent again stands
/// beside the first until that is removed; the one that was written last counts.
/// </summary>
public static class DiskParts
{
    /// <summary>By number, without the superseded ones. Empty when there is no such folder.</summary>
    public static IReadOnlyList<(int Number, long SizeBytes, string Sha256)> List(string folder) =>
        [.. Find(folder, "*").OrderBy(g => g.Key).Select(g => g.First().Part)];

    /// <summary>Makes a written file the part of this number, durably, in place of any that was sent before.</summary>
    /// <param name="sizeBytes">Of the part; the file may be larger by its encryption.</param>
    public static void Commit(FileStream file, int number, long sizeBytes, string sha256)
    {
        ArgumentNullException.ThrowIfNull(file);
        file.Flush(flushToDisk: true);
        var folder = Path.GetDirectoryName(file.Name)!;
        var last = Find(folder, Pattern(number)).Select(g => g.First().Info.LastWriteTimeUtc).FirstOrDefault();
        // Clocks tick coarsely and may be set back: being sent later has to mean a later time.
        if (File.GetLastWriteTimeUtc(file.SafeFileHandle) <= last)
            File.SetLastWriteTimeUtc(file.SafeFileHandle, last.AddTicks(1));
        DiskObjectFile.Rename(file.Name, Path.Combine(folder, DiskObjectLayout.PartName(number, sizeBytes, sha256)));
        // Two who send the same part at once agree on which of theirs stays.
        foreach (var superseded in Find(folder, Pattern(number)).SelectMany(g => g.Skip(1))) superseded.Info.Delete();
    }

    private static string Pattern(int number) => $"{number:D5}-*";

    private static IGrouping<int, (FileInfo Info, (int Number, long SizeBytes, string Sha256) Part)>[] Find(
        string folder, string pattern)
    {
        try
        {
            return [.. new DirectoryInfo(folder).EnumerateFiles(pattern)
                .Select(f => (Info: f, Part: DiskObjectLayout.ParsePartName(f.Name)))
                .Where(f => f.Part is not null)
                .Select(f => (f.Info, f.Part!.Value))
                .OrderByDescending(f => f.Info.LastWriteTimeUtc).ThenBy(f => f.Info.Name, StringComparer.Ordinal)
                .GroupBy(f => f.Value.Number)];
        }
        catch (DirectoryNotFoundException)
        {
            return [];
        }
    }
}
