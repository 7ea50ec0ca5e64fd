using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace Ax2.Tests.Rules;

/// <summary>Rules on single expressions.</summary>
internal static class SourceRules
{
    /// <summary>
    /// <c>CancellationToken.None</c> without a comment on its line or the line above that says why nothing cancels it.
    /// </summary>
    internal static IEnumerable<string> UncancelledWithoutReason(SourceFile file)
    {
        var lines = file.Root.SyntaxTree.GetText().Lines;
        return file.Root.DescendantNodes().OfType<MemberAccessExpressionSyntax>()
            .Where(access => access.ToString() == "CancellationToken.None")
            .Select(access => access.GetLocation().GetLineSpan().StartLinePosition.Line)
            .Where(line => !IsExplained(line))
            .Select(line => $"{file.Path}:{line + 1}: CancellationToken.None without a reason");

        bool IsExplained(int line) => lines[line].ToString().Contains("//", StringComparison.Ordinal)
            || (line > 0 && lines[line - 1].ToString().TrimStart().StartsWith("//", StringComparison.Ordinal));
    }

    /// <summary>
    /// Constructor parameters that hold state in another way than <c>StoredState</c>, by the type that has them.
    /// </summary>
    internal static IEnumerable<string> OtherState(SourceFile file) => file.Root.DescendantNodes()
        .OfType<ParameterSyntax>()
        .Where(parameter => parameter.AttributeLists.SelectMany(list => list.Attributes)
            .Any(attribute => attribute.Name.ToString() == "PersistentState"))
        .Select(parameter => parameter.Ancestors().OfType<TypeDeclarationSyntax>().First().Identifier.Text);
}
