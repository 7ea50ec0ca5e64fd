using System.Collections.Immutable;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Ax2.Captions.Formats;

/// <summary>The track for programs. Properties keep their order, and text of any script is readable.</summary>
internal sealed class JsonCaptions : ICaptionFormat
{
    private static readonly JsonSerializerOptions Options = new(JsonSerializerDefaults.Web)
    {
        // The file is JSON and nothing else: it is never put into a page, so < and non-ASCII need no escape.
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        WriteIndented = true,
        NewLine = "\n",
    };

    public string Id => CaptionFormatIds.Json;

    public string MediaType => "application/json; charset=utf-8";

    public byte[] Write(CaptionTrack track)
    {
        ArgumentNullException.ThrowIfNull(track);
        var cues = track.Cues.Select((cue, k) => new CueJson(k + 1, cue.StartMs, cue.EndMs, cue.Lines));
        return JsonSerializer.SerializeToUtf8Bytes(
            new TrackJson(track.Language, track.Title, track.MediaDurationMs, track.DraftUntilMs, [.. cues]), Options);
    }

    /// <param name="DraftUntilMs">Left out when the captions are complete.</param>
    private sealed record TrackJson(
        string Language,
        string Title,
        long DurationMs,
        [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] long? DraftUntilMs,
        ImmutableArray<CueJson> Cues);

    /// <param name="Index">From 1.</param>
    private sealed record CueJson(int Index, long StartMs, long EndMs, ImmutableArray<string> Lines);
}
