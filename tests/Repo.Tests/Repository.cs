using Ax2.TestKit;

namespace Ax2.Tests;

/// <summary>The files that the project is made of.</summary>
internal static class Repository
{
    private static readonly string[] Left =
        [".git", ".ax2", ".vs", ".idea", "bin", "obj", "node_modules", "TestResults"];

    /// <summary>All files whose name ends in one of the endings; <c>Name</c> is relative to the root.</summary>
    internal static IEnumerable<(string Name, string Path)> Files(params string[] endings)
    {
        var found = Walk(new DirectoryInfo(Ax2Home.RepositoryRoot))
            .Where(file => endings.Any(e => file.Name.EndsWith(e, StringComparison.Ordinal)))
            .Select(file => (Path.GetRelativePath(Ax2Home.RepositoryRoot, file.FullName), file.FullName))
            .ToList();
        return found.Count > 0 ? found : throw new InvalidOperationException("There are no files to check.");
    }

    private static IEnumerable<FileInfo> Walk(DirectoryInfo folder) => folder.EnumerateFiles().Concat(
        folder.EnumerateDirectories().Where(d => !Left.Contains(d.Name)).SelectMany(Walk));
}
