using Ax2.Local;
using Ax2.Local.Client;
using Xunit;

namespace Ax2.Repo.Tests.Local;

public sealed class CaptionTargetTests : IDisposable
{
    private readonly string root = Directory.CreateTempSubdirectory("ax2-target-test-").FullName;

    public void Dispose() => Directory.Delete(root, recursive: true);

    [Fact]
    public void Choose_NoOutputFolder_WritesBesideTheFile()
    {
        var target = Assert.Single(CaptionTarget.Choose([Make("my \"talk\".v2.mp4")], null));

        Assert.Equal(Path.Combine(root, "my \"talk\".v2.en.srt"), target.PathOf("en", "srt"));
    }

    [Fact]
    public void Choose_OutputFolder_WritesThere()
    {
        var target = Assert.Single(CaptionTarget.Choose([Make("talk.mp4")], Path.Combine(root, "out")));

        Assert.Equal(Path.Combine(root, "out", "talk.en.vtt"), target.PathOf("en", "vtt"));
    }

    [Fact]
    public void Choose_TwoThatWouldWriteTheSame_IsRefused()
    {
        var failure = Assert.Throws<SetupException>(
            () => CaptionTarget.Choose([Make("talk.mp4"), Make("talk.mov")], null));

        Assert.Contains("talk.mov", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Choose_NoSuchFile_IsRefused() =>
        Assert.Throws<SetupException>(() => CaptionTarget.Choose([Path.Combine(root, "none.mp4")], null));

    [Fact]
    public void Choose_Folder_IsRefused() => Assert.Throws<SetupException>(() => CaptionTarget.Choose([root], null));

    private string Make(string name)
    {
        var path = Path.Combine(root, name);
        File.WriteAllText(path, "");
        return path;
    }
}
