using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace Ax2.Tests.Rules;

/// <summary>The size of a type is that of all its partials, nested types included.</summary>
internal static class TypeSizes
{
    internal const int MaxLines = 400;
    internal const int GoodLines = 250;

    /// <summary>Lines by the full name of each type that stands in no other.</summary>
    internal static IReadOnlyDictionary<string, int> Measure(IEnumerable<SourceFile> files) => files
        .SelectMany(file => file.Root.DescendantNodes().OfType<BaseTypeDeclarationSyntax>())
        .Where(type => type.Parent is not BaseTypeDeclarationSyntax)
        .GroupBy(FullName, LinesOf)
        .ToDictionary(lines => lines.Key, lines => lines.Sum());

    /// <summary>Types above the limit, or above what is known of them.</summary>
    internal static IEnumerable<string> TooLarge(
        IReadOnlyDictionary<string, int> sizes, IReadOnlyDictionary<string, int> known) => sizes
        .Where(type => type.Value > Math.Max(MaxLines, known.GetValueOrDefault(type.Key)))
        .Select(type => $"{type.Key}: {type.Value} lines, more than {MaxLines}");

    private static string FullName(BaseTypeDeclarationSyntax type)
    {
        var space = type.Ancestors().OfType<BaseNamespaceDeclarationSyntax>().FirstOrDefault()?.Name.ToString();
        var arity = (type as TypeDeclarationSyntax)?.TypeParameterList?.Parameters.Count ?? 0;
        return $"{space}.{type.Identifier.Text}{(arity > 0 ? $"`{arity}" : "")}";
    }

    private static int LinesOf(BaseTypeDeclarationSyntax type)
    {
        var span = type.GetLocation().GetLineSpan();
        return span.EndLinePosition.Line - span.StartLinePosition.Line + 1;
    }
}
