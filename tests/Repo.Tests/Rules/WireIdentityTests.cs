using Xunit;

namespace Ax2.Tests.Rules;

public sealed class WireIdentityTests
{
    private static IEnumerable<SourceFile> Wire => ProductionSources.Under("Grains/", "Grains.Interfaces/");

    [Fact]
    public void EverythingOnTheWire_HasAliasesAndIds() => Assert.Empty(Wire.SelectMany(WireIdentity.Check));

    [Fact]
    public void Aliases_AreUsedOnce() => Assert.Empty(WireIdentity.Repeated(Wire));

    [Theory]
    [InlineData("interface IA : IGrainWithGuidKey { }", "IA has no alias")]
    [InlineData("[Alias(\"a\")] interface IA : IGrainWithStringKey { Task M(); }", "IA.M has no alias")]
    [InlineData("[GenerateSerializer] record A([property: Id(0)] int X);", "A has no alias")]
    [InlineData("[GenerateSerializer, Alias(\"a\")] record A(int X);", "A.X has no id")]
    [InlineData("[GenerateSerializer, Alias(\"a\")] record A { public int X { get; init; } }", "A.X has no id")]
    [InlineData(
        "[GenerateSerializer, Alias(\"a\")] record A([property: Id(0)] int X, [property: Id(0)] int Y);",
        "A has the id 0 twice")]
    public void Check_MissingOrRepeatedIdentity_IsFound(string text, string finding) =>
        Assert.Equal([$"a.cs: {finding}"], WireIdentity.Check(SourceFile.Of("a.cs", text)));

    [Theory]
    [InlineData("record A(int X);")]
    [InlineData("interface IPort { Task M(); }")]
    [InlineData("[GenerateSerializer, Alias(\"a\")] class A(int x) : Exception { public int X => x; }")]
    [InlineData("[GenerateSerializer, Alias(\"a\")] record A { public static int Y { get; set; } }")]
    public void Check_WhatDoesNotCrossTheWire_IsLeftAlone(string text) =>
        Assert.Empty(WireIdentity.Check(SourceFile.Of("a.cs", text)));

    [Fact]
    public void Repeated_AliasOfTwoTypesOrMethods_IsFound() => Assert.Equal(
        ["\"a\"", "IC.\"m\""],
        WireIdentity.Repeated([
            SourceFile.Of("a.cs", "[Alias(\"a\")] record A; [Alias(\"a\")] record B;"),
            SourceFile.Of("b.cs", "interface IC { [Alias(\"m\")] Task M(); [Alias(\"m\")] Task N(); }"),
        ]));
}
