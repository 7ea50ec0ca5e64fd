using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;

namespace Ax2.Tests.Rules;

/// <summary>One C# file: its path from the root with slashes, and its syntax.</summary>
internal sealed record SourceFile(string Path, SyntaxNode Root)
{
    internal static SourceFile Of(string path, string text) =>
        new(path.Replace('\\', '/'), CSharpSyntaxTree.ParseText(text).GetRoot());
}

/// <summary>What is shipped: the five projects and the local commands, without tests.</summary>
internal static class ProductionSources
{
    private static readonly string[] Folders =
        ["Api/", "Grains/", "Grains.Interfaces/", "Silo/", "Storage/", "deploy/local/"];

    private static readonly Lazy<IReadOnlyList<SourceFile>> Files = new(() =>
    [
        .. Repository.Files(".cs")
            .Where(file => Folders.Any(folder => file.Name.StartsWith(folder, StringComparison.Ordinal)))
            .Select(file => SourceFile.Of(file.Name, File.ReadAllText(file.Path))),
    ]);

    internal static IReadOnlyList<SourceFile> All => Files.Value;

    internal static IEnumerable<SourceFile> Under(params string[] folders) => All.Where(
        file => folders.Any(folder => file.Path.StartsWith(folder, StringComparison.Ordinal)));
}
