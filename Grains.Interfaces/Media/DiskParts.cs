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

    /// <summary>Two senders of one part agree on which of theirs to keep.</summary>
    public static void RemoveSuperseded(string folder, int number)
    {
        foreach (var file in Find(folder, $"{number:D5}-*").SelectMany(g => g.Skip(1))) file.Info.Delete();
    }

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
