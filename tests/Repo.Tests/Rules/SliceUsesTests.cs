using Ax2.TestKit;
using Xunit;

namespace Ax2.Tests.Rules;

public sealed class SliceUsesTests
{
    /// <summary>ARCHITECTURE.md has the same table, word for word.</summary>
    private const string Table =
        """
        | from \ to | Users | Workspaces | Credits | Media | Captions | Jobs | Limits | Admin | Deletion | Intake |
        | --- | --- | --- | --- | --- | --- | --- | --- | --- | --- | --- |
        | Users |  |  | call |  |  |  | call | type |  |  |
        | Workspaces | call |  |  |  |  |  |  |  |  |  |
        | Credits |  |  |  |  |  |  |  |  |  |  |
        | Media |  |  |  |  |  |  |  |  |  |  |
        | Captions |  |  |  |  |  |  |  |  |  |  |
        | Jobs | call |  | call | call | call |  |  |  |  |  |
        | Limits |  |  |  |  |  |  |  |  |  |  |
        | Admin | call |  | call |  |  | call |  |  |  |  |
        | Deletion | call | call | call | call | call | call | call | type |  |  |
        | Intake |  |  |  | call |  | call |  |  |  |  |
        """;

    private static readonly SliceMatrix Matrix = new(Table);

    private static HashSet<string> ApiSlices =>
    [
        .. Directory.EnumerateDirectories(Path.Combine(Ax2Home.RepositoryRoot, "Api"))
            .Select(folder => Path.GetFileName(folder)).Where(name => char.IsUpper(name[0]) && name != "Http"),
    ];

    private static IReadOnlyList<SliceUse> Uses =>
        SliceUses.Find([.. ProductionSources.Under("Grains/", "Grains.Interfaces/")]);

    [Fact]
    public void EveryUse_OfAnotherSlice_IsInTheMatrix()
    {
        Assert.InRange(Uses.Count, 30, int.MaxValue);
        Assert.Empty(SliceUses.Forbidden(Uses, Matrix));
    }

    [Fact]
    public void Matrix_IsWhatTheArchitectureSays() => Assert.Contains(
        Table, File.ReadAllText(Path.Combine(Ax2Home.RepositoryRoot, "ARCHITECTURE.md")), StringComparison.Ordinal);

    [Fact]
    public void Matrix_CallsNeitherDeletionNorAdmin_AndJobsFromFewOnly()
    {
        Assert.Empty(Matrix.CallersOf("Deletion"));
        Assert.Empty(Matrix.CallersOf("Admin"));
        Assert.Empty(Matrix.CalledBy("Credits"));
        Assert.Equal(["Admin", "Deletion", "Intake"], Matrix.CallersOf("Jobs"));
    }

    [Fact]
    public void Matrix_Calls_LeadNowhereBack() => Assert.All(
        Table.Split('\n').Skip(2).Select(row => row.Split('|')[1].Trim()),
        slice => Assert.False(Matrix.IsReachable(slice, slice), slice));

    /// <summary>By types only, not by calls. The list only ever gets shorter.</summary>
    [Fact]
    public void Matrix_Circles_AreOnlyThese() => Assert.Equal(["Admin-Users"], Matrix.Circles());

    /// <summary>Status codes, pages and documents of a slice stand beside its routes.</summary>
    [Fact]
    public void Http_KnowsNoSlice()
    {
        Assert.Contains("Deletion", ApiSlices);
        Assert.Empty(SliceUses.SlicesKnownBy(ProductionSources.Under("Api/Http/"), ApiSlices));
    }

    [Fact]
    public void SlicesKnownBy_UsingOfASlice_IsFound() => Assert.Equal(
        ["a.cs: Ax2.Users", "a.cs: Ax2.Jobs.Steps"],
        SliceUses.SlicesKnownBy(
            [SourceFile.Of("a.cs", "using System; using Ax2.Users; using Ax2.Http; using Ax2.Jobs.Steps;")],
            new HashSet<string> { "Users", "Jobs" }));

    [Fact]
    public void Forbidden_CallAndKnowledgeAgainstTheMatrix_AreFound()
    {
        SourceFile[] files =
        [
            SourceFile.Of("Grains.Interfaces/Jobs/IJobGrain.cs", "namespace Ax2.Jobs; interface IJobGrain {}"),
            SourceFile.Of("Grains/Users/IUserGrain.cs", "namespace Ax2.Users; interface IUserGrain {}"),
            SourceFile.Of("Grains/Jobs/J.cs", "using Ax2.Users; class J { object M() => g.GetGrain<IUserGrain>(1); }"),
            SourceFile.Of("Grains/Credits/C.cs", "using Ax2.Jobs; class C { object M() => g.GetGrain<IJobGrain>(1); }"),
        ];

        Assert.Equal(
            ["Grains/Credits/C.cs: Credits calls Jobs", "Grains/Credits/C.cs: Credits knows Jobs"],
            SliceUses.Forbidden(SliceUses.Find(files), Matrix));
    }

    [Fact]
    public void Forbidden_CallWhereOnlyTypesMayBeKnown_IsFound() => Assert.Equal(
        ["a.cs: Users calls Admin"],
        SliceUses.Forbidden(
            [new SliceUse("Users", "Admin", false, "a.cs"), new SliceUse("Users", "Admin", true, "a.cs")], Matrix));

    [Fact]
    public void Forbidden_SliceThatTheMatrixLacks_IsFound() => Assert.Single(
        SliceUses.Forbidden([new SliceUse("Moon", "Users", false, "a.cs")], Matrix));

    [Fact]
    public void Circles_OverThreeSlices_AreReachable()
    {
        var matrix = new SliceMatrix("""
            | x | A | B | C |
            | - | - | - | - |
            | A |  | call |  |
            | B |  |  | call |
            | C | call |  |  |
            """);

        Assert.True(matrix.IsReachable("A", "A"));
        Assert.Empty(matrix.Circles());
    }
}
