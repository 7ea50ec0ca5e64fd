using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace Ax2.Tests.Rules;

/// <param name="IsCall">A grain of the other slice is called; else only its types and ports are known.</param>
internal sealed record SliceUse(string From, string To, bool IsCall, string Path);

/// <summary>Which slices of the grains call which, and whose types they know.</summary>
internal static class SliceUses
{
    private static readonly string[] Projects = ["Grains", "Grains.Interfaces"];

    internal static IReadOnlyList<SliceUse> Find(IReadOnlyList<SourceFile> files)
    {
        var owners = files
            .SelectMany(file => file.Root.DescendantNodes().OfType<InterfaceDeclarationSyntax>()
                .Select(type => (type.Identifier.Text, Slice: SliceOf(file.Path))))
            .Where(type => type.Slice is not null)
            .ToDictionary(type => type.Text, type => type.Slice!);
        var slices = files.Select(file => SliceOf(file.Path)).OfType<string>().ToHashSet();
        return
        [
            .. files.Where(file => SliceOf(file.Path) is not null)
                .SelectMany(file => UsesOf(file, owners, slices))
                .Where(use => use.From != use.To)
                .Distinct(),
        ];
    }

    /// <summary>Uses that the matrix does not allow. A slice that may call another may know its types.</summary>
    internal static IEnumerable<string> Forbidden(IEnumerable<SliceUse> uses, SliceMatrix matrix) => uses
        .Where(use => matrix.Of(use.From, use.To) is var cell && cell != "call" && (use.IsCall || cell != "type"))
        .Select(use => $"{use.Path}: {use.From} {(use.IsCall ? "calls" : "knows")} {use.To}");

    /// <summary>What these files, which all slices use, know of a slice.</summary>
    internal static IEnumerable<string> SlicesKnownBy(IEnumerable<SourceFile> files, IReadOnlySet<string> slices) =>
        from file in files
        from used in file.Root.DescendantNodes().OfType<UsingDirectiveSyntax>()
        where used.Name?.ToString().Split('.') is ["Ax2", var slice, ..] && slices.Contains(slice)
        select $"{file.Path}: {used.Name}";

    private static IEnumerable<SliceUse> UsesOf(
        SourceFile file, Dictionary<string, string> owners, HashSet<string> slices)
    {
        var from = SliceOf(file.Path)!;
        foreach (var call in file.Root.DescendantNodes().OfType<GenericNameSyntax>()
            .Where(name => name.Identifier.Text == "GetGrain"))
        {
            if (owners.TryGetValue(call.TypeArgumentList.Arguments[0].ToString(), out var to))
            {
                yield return new SliceUse(from, to, true, file.Path);
            }
        }

        foreach (var used in file.Root.DescendantNodes().OfType<UsingDirectiveSyntax>())
        {
            if (used.Name?.ToString().Split('.') is ["Ax2", var slice, ..] && slices.Contains(slice))
            {
                yield return new SliceUse(from, slice, false, file.Path);
            }
        }
    }

    private static string? SliceOf(string path) =>
        path.Split('/') is [var project, var slice, _, ..] && Projects.Contains(project) ? slice : null;
}

/// <summary>A table in Markdown: who may call (<c>call</c>) or only know (<c>type</c>) whom.</summary>
internal sealed class SliceMatrix
{
    private readonly Dictionary<(string From, string To), string> _cells = [];

    internal SliceMatrix(string table)
    {
        var rows = table.Trim().Split('\n').Select(Cells).ToList();
        foreach (var row in rows.Skip(2))
        {
            for (var i = 1; i < row.Length; i++)
            {
                _cells[(row[0], rows[0][i])] = row[i];
            }
        }
    }

    internal string? Of(string from, string to) => _cells.GetValueOrDefault((from, to));

    internal IEnumerable<string> CallersOf(string to) =>
        _cells.Where(cell => cell.Key.To == to && cell.Value == "call").Select(cell => cell.Key.From).Order();

    internal IEnumerable<string> CalledBy(string from) =>
        _cells.Where(cell => cell.Key.From == from && cell.Value == "call").Select(cell => cell.Key.To).Order();

    /// <summary>Pairs of slices that know or call each other.</summary>
    internal IEnumerable<string> Circles() => _cells
        .Where(cell => cell.Value.Length > 0
            && _cells.GetValueOrDefault((cell.Key.To, cell.Key.From)) is { Length: > 0 }
            && string.CompareOrdinal(cell.Key.From, cell.Key.To) < 0)
        .Select(cell => $"{cell.Key.From}-{cell.Key.To}").Order(StringComparer.Ordinal);

    /// <summary>Whether calls lead from a slice back to it, over however many others.</summary>
    internal bool IsReachable(string from, string to)
    {
        var seen = new HashSet<string>();
        var next = new Stack<string>(CalledBy(from));
        while (next.TryPop(out var slice))
        {
            if (slice == to)
            {
                return true;
            }

            foreach (var called in seen.Add(slice) ? CalledBy(slice) : [])
            {
                next.Push(called);
            }
        }

        return false;
    }

    private static string[] Cells(string row) => [.. row.Trim().Trim('|').Split('|').Select(cell => cell.Trim())];
}
