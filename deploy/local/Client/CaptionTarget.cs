namespace Ax2.Local.Client;

/// <summary>Where the captions of a file are written.</summary>
/// <param name="Folder">Made when missing.</param>
/// <param name="Name">The file's name without its extension.</param>
internal sealed record CaptionTarget(FileInfo File, string Folder, string Name)
{
    public string PathOf(string language, string format) => Path.Combine(Folder, $"{Name}.{language}.{format}");

    /// <summary>
    /// A target for each file, beside it or under <paramref name="outputFolder"/>. Throws <see cref="SetupException"/>
    /// when a file is not there, or when two would write the same captions.
    /// </summary>
    public static IReadOnlyList<CaptionTarget> Choose(IEnumerable<string> files, string? outputFolder)
    {
        CaptionTarget[] targets = [.. files.Select(path => Choose(new FileInfo(path), outputFolder))];
        var clash = targets
            .GroupBy(target => Path.Combine(target.Folder, target.Name))
            .FirstOrDefault(same => same.Count() > 1);
        if (clash is null)
            return targets;
        var names = string.Join(" and ", clash.Select(target => target.File.FullName));
        throw new SetupException($"{names} would both write {clash.Key}.*: caption them with different -o folders.");
    }

    private static CaptionTarget Choose(FileInfo file, string? outputFolder)
    {
        if (Directory.Exists(file.FullName))
            throw new SetupException($"{file.FullName} is a folder, not a file.");
        if (!file.Exists)
            throw new SetupException($"There is no file {file.FullName}.");
        var folder = outputFolder is null ? file.DirectoryName! : Path.GetFullPath(outputFolder);
        return new CaptionTarget(file, folder, Path.GetFileNameWithoutExtension(file.Name));
    }
}
