namespace Ax2.TestKit;

/// <summary>Where the repository and the prepared tools and models are.</summary>
public static class Ax2Home
{
    public static string RepositoryRoot { get; } = FindRepositoryRoot();

    /// <summary>AX2_HOME, or <c>.ax2</c> in the repository.</summary>
    public static string Path { get; } =
        Environment.GetEnvironmentVariable("AX2_HOME") is { Length: > 0 } home
            ? System.IO.Path.GetFullPath(home)
            : System.IO.Path.Combine(RepositoryRoot, ".ax2");

    public static string Models { get; } = System.IO.Path.Combine(Path, "models");

    public static string Tools { get; } = System.IO.Path.Combine(Path, "tools");

    /// <summary>Short real recordings.</summary>
    public static string Samples { get; } = System.IO.Path.Combine(RepositoryRoot, "tests", "samples");

    private static string FindRepositoryRoot()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (folder is not null && !File.Exists(System.IO.Path.Combine(folder.FullName, "Ax2Caption.slnx")))
            folder = folder.Parent;
        return folder?.FullName ?? throw new InvalidOperationException("The tests run outside the repository.");
    }
}
