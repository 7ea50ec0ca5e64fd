using Xunit;

namespace Ax2.Tests.Rules;

public sealed class TypeSizesTests
{
    /// <summary>A ratchet: how many types have more than 250 lines. It only ever gets smaller.</summary>
    private const int LargeTypes = 8;

    /// <summary>Types that are above the limit and are to be split. An entry only ever gets smaller, or goes.</summary>
    private static readonly Dictionary<string, int> Known = [];

    private static readonly IReadOnlyDictionary<string, int> Sizes = TypeSizes.Measure(ProductionSources.All);

    [Fact]
    public void EveryType_KeepsTheLimitOverAllItsPartials() => Assert.Empty(TypeSizes.TooLarge(Sizes, Known));

    [Fact]
    public void LargeTypes_OnlyGetFewer()
    {
        var large = Sizes.Where(type => type.Value > TypeSizes.GoodLines).OrderByDescending(type => type.Value)
            .ToList();
        foreach (var (name, lines) in large)
        {
            TestContext.Current.AddWarning($"{name} has {lines} lines, more than {TypeSizes.GoodLines}.");
        }

        Assert.True(large.Count <= LargeTypes, $"More than {LargeTypes} large types: {string.Join(", ", large)}");
    }

    [Fact]
    public void TooLarge_TypeInTwoPartials_IsFound()
    {
        var part = $"namespace N; partial class C {{{new string('\n', 210)}}}";
        var sizes = TypeSizes.Measure([SourceFile.Of("a.cs", part), SourceFile.Of("b.cs", part)]);

        Assert.Equal(["N.C: 422 lines, more than 400"], TypeSizes.TooLarge(sizes, new Dictionary<string, int>()));
    }

    [Fact]
    public void TooLarge_KnownTypeThatGrew_IsFound()
    {
        var sizes = new Dictionary<string, int> { ["N.C"] = 451, ["N.D"] = 450 };

        Assert.StartsWith("N.C:", Assert.Single(TypeSizes.TooLarge(
            sizes, new Dictionary<string, int> { ["N.C"] = 450, ["N.D"] = 450 })), StringComparison.Ordinal);
    }

    [Fact]
    public void Measure_SameNameInAnotherNamespaceOrArity_IsAnotherType() => Assert.Equal(
        ["M.C", "N.C", "N.C`1"],
        TypeSizes.Measure([
            SourceFile.Of("a.cs", "namespace N { class C { class D {} } class C<T> {} }"),
            SourceFile.Of("b.cs", "namespace M; class C {}"),
        ]).Keys.Order(StringComparer.Ordinal));
}
