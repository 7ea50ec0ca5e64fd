using System.Text;
using Orleans.Runtime;
using Xunit;

namespace Ax2.Captions;

[Collection(nameof(GrainCluster))]
public sealed class CaptionTrackGrainTests(GrainCluster cluster)
{
    private readonly CaptionTrack _track = new(
        Guid.CreateVersion7(), Guid.CreateVersion7(), "ko", "커피 & <tea> \"1\"", 60_000,
        [new Cue(1_000, 2_500, ["안녕하세요, 여러분."]), new Cue(3_000, 5_000, ["First line", "second 🎬 line"])]);

    [Fact]
    public async Task Get_NothingPut_Null()
    {
        var grain = Grain(_track);
        Assert.Null(await grain.Get(_track.WorkspaceId));
        Assert.Null(await grain.Get(Guid.Empty));
        Assert.Null(await grain.Render(_track.WorkspaceId, CaptionFormatIds.SubRip));
    }

    [Fact]
    public async Task Get_AfterANewActivation_TheSameTrack()
    {
        var grain = Grain(_track);
        await grain.Put(_track);
        await cluster.Deactivate(grain);
        AssertSame(_track, await grain.Get(_track.WorkspaceId));
    }

    [Fact]
    public async Task Get_OtherWorkspace_Null()
    {
        var grain = Grain(_track);
        await grain.Put(_track);
        var stranger = Guid.CreateVersion7();
        Assert.Null(await grain.Get(stranger));
        Assert.Null(await grain.Get(Guid.Empty));
        Assert.Null(await grain.Render(stranger, CaptionFormatIds.WebVtt));
    }

    [Fact]
    public async Task Put_SameContent_WritesNothing()
    {
        var grain = Grain(_track);
        await grain.Put(_track);
        await grain.Put(_track with { Cues = [.. _track.Cues.Select(cue => cue with { Lines = [.. cue.Lines] })] });
        await cluster.Deactivate(grain);
        await grain.Put(_track);
        Assert.Equal(1, cluster.Storage.WritesOf(grain));
    }

    [Fact]
    public async Task Put_OtherContent_Replaces()
    {
        var grain = Grain(_track);
        await grain.Put(_track);
        var edited = _track with { Cues = _track.Cues.SetItem(0, new Cue(1_000, 2_500, ["안녕하세요."])) };
        await grain.Put(edited);
        Assert.Equal(2, cluster.Storage.WritesOf(grain));
        await cluster.Deactivate(grain);
        AssertSame(edited, await grain.Get(_track.WorkspaceId));
    }

    [Fact]
    public async Task Put_NoCues_IsATrack()
    {
        var silent = _track with { Cues = [] };
        var grain = Grain(silent);
        await grain.Put(silent);
        await cluster.Deactivate(grain);
        AssertSame(silent, await grain.Get(silent.WorkspaceId));
    }

    [Fact]
    public async Task Put_WriteFails_NothingIsShownAndARepeatStores()
    {
        var grain = Grain(_track);
        cluster.Storage.FailNextWriteOf(grain);
        await Assert.ThrowsAsync<OrleansException>(() => grain.Put(_track));
        Assert.Null(await grain.Get(_track.WorkspaceId));

        await grain.Put(_track);
        await cluster.Deactivate(grain);
        AssertSame(_track, await grain.Get(_track.WorkspaceId));
    }

    [Fact]
    public async Task Put_OtherJobLanguageOrWorkspace_Throws()
    {
        var grain = Grain(_track);
        await grain.Put(_track);
        await Assert.ThrowsAsync<ArgumentException>(() => grain.Put(_track with { JobId = Guid.CreateVersion7() }));
        await Assert.ThrowsAsync<ArgumentException>(() => grain.Put(_track with { Language = "en" }));
        await Assert.ThrowsAsync<ArgumentException>(
            () => grain.Put(_track with { WorkspaceId = Guid.CreateVersion7() }));
        AssertSame(_track, await grain.Get(_track.WorkspaceId));
    }

    [Fact]
    public async Task Render_EachFormat_IsTheFormatsFile()
    {
        var grain = Grain(_track);
        await grain.Put(_track);
        foreach (var id in CaptionFormatIds.All)
        {
            var file = await grain.Render(_track.WorkspaceId, id);
            Assert.Equal(id, file!.Extension);
            Assert.EndsWith("charset=utf-8", file.MediaType, StringComparison.Ordinal);
            Assert.Contains("안녕하세요", Encoding.UTF8.GetString(file.Content), StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task Render_UnknownFormat_Throws() =>
        await Assert.ThrowsAsync<ArgumentException>(() => Grain(_track).Render(_track.WorkspaceId, "exe"));

    private ICaptionTrackGrain Grain(CaptionTrack track) =>
        cluster.Grains.GetGrain<ICaptionTrackGrain>(track.JobId, track.Language);

    private static void AssertSame(CaptionTrack expected, CaptionTrack? actual)
    {
        Assert.NotNull(actual);
        Assert.Equal(expected with { Cues = [] }, actual with { Cues = [] });
        Assert.Equal(
            expected.Cues.Select(cue => (cue.StartMs, cue.EndMs, cue.Text)),
            actual.Cues.Select(cue => (cue.StartMs, cue.EndMs, cue.Text)));
    }
}
