using Xunit;

namespace Ax2.Tests.Rules;

public sealed class SourceRulesTests
{
    /// <summary>A ratchet: from before the rule. A new one says why nothing cancels it.</summary>
    private const int UncancelledWithoutReason = 43;

    /// <summary>Grains from before <c>StoredState</c>. The list only ever gets shorter.</summary>
    private static readonly HashSet<string> KnownOtherState = ["CaptionChunkGrain"];

    [Fact]
    public void CancellationNone_WithoutAReason_OnlyGetsRarer()
    {
        var found = ProductionSources.All.SelectMany(SourceRules.UncancelledWithoutReason).ToList();

        Assert.True(found.Count <= UncancelledWithoutReason, string.Join('\n', found));
    }

    [Fact]
    public void State_IsHeldInOneWay() => Assert.Empty(
        ProductionSources.Under("Grains/").SelectMany(SourceRules.OtherState).Except(KnownOtherState));

    [Theory]
    [InlineData("class C { void M() => N(CancellationToken.None); }", 1)]
    [InlineData("class C {\n// It is short.\nvoid M() => N(CancellationToken.None); }", 0)]
    [InlineData("class C { void M() => N(CancellationToken.None); } // It is short.", 0)]
    [InlineData("class C {\n// Of another line.\nint x;\nvoid M() => N(CancellationToken.None); }", 1)]
    [InlineData("class C { const string X = \"CancellationToken.None\"; }", 0)]
    public void UncancelledWithoutReason_CommentAboveOrBeside_IsAReason(string text, int count) =>
        Assert.Equal(count, SourceRules.UncancelledWithoutReason(SourceFile.Of("a.cs", text)).Count());

    [Theory]
    [InlineData("class C([PersistentState(\"c\")] IPersistentState<S> state) { }", "C")]
    [InlineData("class D { public D([PersistentState(\"d\")] IPersistentState<S> state) { } }", "D")]
    public void OtherState_PersistentStateOfAGrain_IsFound(string text, string type) =>
        Assert.Equal([type], SourceRules.OtherState(SourceFile.Of("a.cs", text)));

    [Fact]
    public void OtherState_StoredState_IsTheOneWay() => Assert.Empty(SourceRules.OtherState(
        SourceFile.Of("a.cs", "class C([StoredState(\"c\")] StoredState<S> state) { }")));
}
