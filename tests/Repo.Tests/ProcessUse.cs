using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace Ax2.Tests;

/// <summary>
/// Which test classes start processes, by their sources alone: a type does when it names a starter, or a type that
/// does. Types are known by their simple names, so only sources that see each other may be asked about together.
/// </summary>
internal static class ProcessUse
{
    private const string Mark = "NeedsProcesses";

    private static readonly HashSet<string> Starters =
    [
        "ProcessStartInfo", "EmbeddedPostgres", "PostgresComponent", "SpeechModelsComponent", "FfmpegRunner",
        "EmbeddedEngine", "Playwright",
    ];

    /// <summary>Test classes that start processes and are not marked, and those that are marked and do not.</summary>
    internal static IEnumerable<string> WronglyMarked(IEnumerable<string> sources)
    {
        var types = sources
            .SelectMany(text => CSharpSyntaxTree.ParseText(text).GetRoot().DescendantNodes())
            .OfType<TypeDeclarationSyntax>()
            .GroupBy(type => type.Identifier.Text)
            .ToDictionary(group => group.Key, group => group.ToList());
        var names = types.ToDictionary(type => type.Key, type => type.Value.SelectMany(Named).ToHashSet());
        var starting = Closure(names);
        return
            from type in types
            where type.Value.Any(IsTestClass)
            let isMarked = type.Value.Any(part => Attributes(part).Contains(Mark))
            where isMarked != starting.Contains(type.Key)
            select $"{type.Key}: {(isMarked ? "is marked and starts nothing" : "starts processes and is not marked")}";
    }

    private static HashSet<string> Closure(Dictionary<string, HashSet<string>> names)
    {
        var starting = names.Where(type => type.Value.Overlaps(Starters)).Select(type => type.Key).ToHashSet();
        List<string> more;
        do
        {
            more = [.. names
                .Where(type => !starting.Contains(type.Key) && type.Value.Overlaps(starting))
                .Select(type => type.Key)];
            starting.UnionWith(more);
        }
        while (more.Count > 0);
        return starting;
    }

    private static IEnumerable<string> Named(TypeDeclarationSyntax type) =>
        type.DescendantNodes()
            .OfType<SimpleNameSyntax>()
            .Where(name => !IsMember(name))
            .Select(name => name.Identifier.Text);

    /// <summary>Behind a dot stands a member, not a type of ours.</summary>
    private static bool IsMember(SimpleNameSyntax name) =>
        name.Parent is MemberAccessExpressionSyntax access && access.Name == name;

    private static bool IsTestClass(TypeDeclarationSyntax type) =>
        type is ClassDeclarationSyntax
        && type.Identifier.Text.EndsWith("Tests", StringComparison.Ordinal)
        && !type.Modifiers.Any(SyntaxKind.AbstractKeyword);

    private static IEnumerable<string> Attributes(TypeDeclarationSyntax type) =>
        type.AttributeLists.SelectMany(list => list.Attributes).Select(attribute => attribute.Name.ToString());
}
