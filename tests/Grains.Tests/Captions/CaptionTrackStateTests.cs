using System.Text.Json;
using Xunit;

namespace Ax2.Captions;

public sealed class CaptionTrackStateTests
{
    private const string StoredByVersion1 = """
        {"V":1,"WorkspaceId":"01990000-0000-7000-8000-000000000001","Title":"커피","MediaDurationMs":60000,
        "Cues":[{"StartMs":1000,"EndMs":2500,"Lines":["안녕하세요,","여러분."]}]}
        """;

    private static readonly CaptionTrackState State = new()
    {
        WorkspaceId = Guid.Parse("01990000-0000-7000-8000-000000000001"),
        Title = "커피",
        MediaDurationMs = 60_000,
        Cues = [new StoredCue(1_000, 2_500, ["안녕하세요,", "여러분."])],
    };

    [Fact]
    public void Json_StoredByVersion1_IsRead() =>
        Assert.Equal(State, JsonSerializer.Deserialize<CaptionTrackState>(StoredByVersion1));

    [Fact]
    public void Json_RoundTrip_IsEqual()
    {
        var json = JsonSerializer.Serialize(State);
        Assert.Contains("\"V\":1", json, StringComparison.Ordinal);
        Assert.Equal(State, JsonSerializer.Deserialize<CaptionTrackState>(json));
    }

    [Fact]
    public void Equals_OneLineDiffers_False()
    {
        var edited = State with { Cues = [State.Cues[0] with { Lines = ["안녕하세요,", "여러분!"] }] };
        Assert.NotEqual(State, edited);
        Assert.Equal(State, State with { Cues = [State.Cues[0] with { Lines = ["안녕하세요,", "여러분."] }] });
    }
}
