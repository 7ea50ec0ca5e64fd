using Ax2.Local;
using Xunit;

namespace Ax2.Repo.Tests.Local;

public sealed class SourceFingerprintTests : IDisposable
{
    private static readonly DateTime Written = new(2026, 1, 2, 3, 4, 5, DateTimeKind.Utc);
    private readonly string root = Directory.CreateTempSubdirectory("ax2-sources-test-").FullName;

    public SourceFingerprintTests()
    {
        Write("Silo/Program.cs", "program");
        Write("Silo/Jobs/Job.cs", "job");
        Write("global.json", "{}");
    }

    public void Dispose() => Directory.Delete(root, recursive: true);

    [Fact]
    public void Of_NothingChanged_IsTheSame() => Assert.Equal(Fingerprint(), Fingerprint());

    [Theory]
    [InlineData("edit")]
    [InlineData("add")]
    [InlineData("remove")]
    [InlineData("rename")]
    [InlineData("go back in time")]
    public void Of_AnyChange_Differs(string change)
    {
        var before = Fingerprint();

        switch (change)
        {
            case "edit": Write("Silo/Jobs/Job.cs", "other"); break;
            case "add": Write("Silo/Jobs/New.cs", ""); break;
            case "remove": File.Delete(Full("Silo/Jobs/Job.cs")); break;
            case "rename": File.Move(Full("Silo/Jobs/Job.cs"), Full("Silo/Jobs/Task.cs")); break;
            default: File.SetLastWriteTimeUtc(Full("global.json"), Written.AddDays(-1)); break;
        }

        Assert.NotEqual(before, Fingerprint());
    }

    [Theory]
    [InlineData("Silo/bin/Release/a.dll")]
    [InlineData("Silo/obj/project.assets.json")]
    [InlineData("Elsewhere/b.cs")]
    public void Of_OutputAndOtherFolders_AreNotSources(string path)
    {
        var before = Fingerprint();

        Write(path, "x");

        Assert.Equal(before, Fingerprint());
    }

    private string Fingerprint() => SourceFingerprint.Of(root, ["Silo", "Missing", "global.json"]);

    private string Full(string path) => Path.Combine(root, path);

    private void Write(string path, string text)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(Full(path))!);
        File.WriteAllText(Full(path), text);
        File.SetLastWriteTimeUtc(Full(path), Written);
    }
}
