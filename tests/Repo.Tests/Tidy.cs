using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace Ax2.Tests;

/// <summary>The house's limits on one file, pure: path and text in, findings out.</summary>
internal static class Tidy
{
    internal const int MaxFileLines = 300;
    internal const int MaxLineColumns = 140;

    /// <summary>What a line should keep to; how many do not is held by a ratchet.</summary>
    internal const int GoodLineColumns = 120;
    internal const int MaxFunctionLines = 60;

    internal static IEnumerable<string> Check(string path, string text)
    {
        var lines = text.Split('\n');
        var count = text.EndsWith('\n') ? lines.Length - 1 : lines.Length;
        if (count > MaxFileLines)
        {
            yield return $"{path}: {count} lines, more than {MaxFileLines}";
        }

        for (var i = 0; i < lines.Length; i++)
        {
            var columns = lines[i].TrimEnd('\r').Length;
            if (columns > MaxLineColumns)
            {
                yield return $"{path}:{i + 1}: {columns} columns, more than {MaxLineColumns}";
            }
        }

        if (path.EndsWith(".cs", StringComparison.Ordinal))
        {
            foreach (var finding in LongFunctions(path, text))
            {
                yield return finding;
            }
        }
    }

    internal static int CountLongLines(string text) =>
        text.Split('\n').Count(line => line.TrimEnd('\r').Length > GoodLineColumns);

    private static IEnumerable<string> LongFunctions(string path, string text)
    {
        var root = CSharpSyntaxTree.ParseText(text).GetRoot();
        foreach (var function in root.DescendantNodes().Where(n => n is BaseMethodDeclarationSyntax
            or LocalFunctionStatementSyntax))
        {
            var span = function.GetLocation().GetLineSpan();
            var length = span.EndLinePosition.Line - span.StartLinePosition.Line + 1;
            if (length > MaxFunctionLines)
            {
                yield return $"{path}:{span.StartLinePosition.Line + 1}: a function of {length} lines, "
                    + $"more than {MaxFunctionLines}";
            }
        }
    }
}
