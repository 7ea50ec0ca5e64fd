using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace Ax2.Tests.Rules;

/// <summary>
/// What crosses the wire has its own name, whatever C# calls it: <c>[Alias]</c> on wire types, grain interfaces and
/// their methods, <c>[Id]</c> on members.
/// </summary>
internal static class WireIdentity
{
    internal static IEnumerable<string> Check(SourceFile file)
    {
        foreach (var type in file.Root.DescendantNodes().OfType<TypeDeclarationSyntax>())
        {
            var findings = type is InterfaceDeclarationSyntax grain && IsGrain(grain) ? CheckGrain(grain)
                : Has(type.AttributeLists, "GenerateSerializer") ? CheckRecord(type)
                : [];
            foreach (var finding in findings)
            {
                yield return $"{file.Path}: {finding}";
            }
        }
    }

    /// <summary>Aliases that two types, or two methods of one interface, have.</summary>
    internal static IEnumerable<string> Repeated(IEnumerable<SourceFile> files) => files
        .SelectMany(file => file.Root.DescendantNodes().OfType<TypeDeclarationSyntax>())
        .SelectMany(type => AliasesOf(type.AttributeLists)
            .Concat(type.Members.OfType<MethodDeclarationSyntax>().SelectMany(
                method => AliasesOf(method.AttributeLists).Select(alias => $"{type.Identifier.Text}.{alias}"))))
        .GroupBy(alias => alias).Where(alias => alias.Count() > 1).Select(alias => alias.Key);

    private static bool IsGrain(InterfaceDeclarationSyntax type) => type.BaseList?.Types.Any(
        parent => parent.Type.ToString().StartsWith("IGrainWith", StringComparison.Ordinal)) == true;

    private static IEnumerable<string> CheckGrain(InterfaceDeclarationSyntax grain)
    {
        if (!Has(grain.AttributeLists, "Alias"))
        {
            yield return $"{grain.Identifier.Text} has no alias";
        }

        foreach (var method in grain.Members.OfType<MethodDeclarationSyntax>()
            .Where(method => !Has(method.AttributeLists, "Alias")))
        {
            yield return $"{grain.Identifier.Text}.{method.Identifier.Text} has no alias";
        }
    }

    private static IEnumerable<string> CheckRecord(TypeDeclarationSyntax type)
    {
        var name = type.Identifier.Text;
        if (!Has(type.AttributeLists, "Alias"))
        {
            yield return $"{name} has no alias";
        }

        var isRecord = type is RecordDeclarationSyntax;
        var members = (isRecord ? type.ParameterList?.Parameters ?? default : default)
            .Select(parameter => (parameter.Identifier.Text, parameter.AttributeLists))
            .Concat(type.Members.OfType<PropertyDeclarationSyntax>().Where(IsStored)
                .Select(property => (property.Identifier.Text, property.AttributeLists)))
            .ToList();
        foreach (var (member, _) in members.Where(member => !Has(member.AttributeLists, "Id")))
        {
            yield return $"{name}.{member} has no id";
        }

        foreach (var id in members.SelectMany(member => Arguments(member.AttributeLists, "Id")).GroupBy(id => id)
            .Where(id => id.Count() > 1))
        {
            yield return $"{name} has the id {id.Key} twice";
        }
    }

    /// <summary>It has a field behind it that somebody sets.</summary>
    private static bool IsStored(PropertyDeclarationSyntax property) =>
        !property.Modifiers.Any(SyntaxKind.StaticKeyword) && !property.Modifiers.Any(SyntaxKind.AbstractKeyword)
        && property.AccessorList?.Accessors is { Count: > 1 } accessors
        && accessors.All(accessor => accessor is { Body: null, ExpressionBody: null });

    private static IEnumerable<string> AliasesOf(SyntaxList<AttributeListSyntax> lists) => Arguments(lists, "Alias");

    private static bool Has(SyntaxList<AttributeListSyntax> lists, string name) =>
        lists.SelectMany(list => list.Attributes).Any(attribute => attribute.Name.ToString() == name);

    private static IEnumerable<string> Arguments(SyntaxList<AttributeListSyntax> lists, string name) =>
        lists.SelectMany(list => list.Attributes).Where(attribute => attribute.Name.ToString() == name)
            .Select(attribute => attribute.ArgumentList!.Arguments[0].ToString());
}
