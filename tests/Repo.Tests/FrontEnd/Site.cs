namespace Ax2.FrontEnd;

/// <summary>One file of the web page. <see cref="Path"/> is relative to <c>wwwroot</c>, with forward slashes.</summary>
internal sealed record SiteFile(string Path, string Text)
{
    public string Extension => System.IO.Path.GetExtension(Path);

    public bool IsScript => Extension == ".js";
}

/// <summary>The files that the API serves as they are.</summary>
internal static class Site
{
    public static string Repository { get; } = FindRepository();

    public static string Root { get; } = Path.Combine(Repository, "Api", "wwwroot");

    public static IReadOnlyList<SiteFile> Files { get; } =
    [
        .. Directory.EnumerateFiles(Root, "*", SearchOption.AllDirectories)
            .Select(path => new SiteFile(Path.GetRelativePath(Root, path).Replace('\\', '/'), File.ReadAllText(path)))
            .OrderBy(file => file.Path, StringComparer.Ordinal),
    ];

    public static SiteFile Get(string path) => Files.Single(file => file.Path == path);

    private static string FindRepository()
    {
        var folder = AppContext.BaseDirectory;
        while (!File.Exists(Path.Combine(folder, "Ax2Caption.slnx")))
        {
            folder = Path.GetDirectoryName(folder)
                ?? throw new InvalidOperationException($"{AppContext.BaseDirectory} is not inside the repository.");
        }

        return folder;
    }
}
