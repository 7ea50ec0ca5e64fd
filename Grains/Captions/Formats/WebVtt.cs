using System.Text;

namespace Ax2.Captions.Formats;

/// <summary>
/// WebVTT by the W3C grammar. Hours are always written, and the language is in a comment: the format has no
/// header fields.
/// </summary>
internal sealed class WebVtt : ICaptionFormat
{
    public string Id => CaptionFormatIds.WebVtt;

    public string MediaType => "text/vtt; charset=utf-8";

    public byte[] Write(CaptionTrack track)
    {
        ArgumentNullException.ThrowIfNull(track);
        var text = new StringBuilder("WEBVTT\n\n");
        text.Append("NOTE\n").Append("Language: ").Append(Comment(track.Language)).Append('\n');
        text.Append("Title: ").Append(Comment(track.Title)).Append('\n');
        foreach (var cue in track.Cues)
        {
            var lines = CueText.VisibleLines(cue);
            if (lines.Count == 0)
                continue;
            text.Append('\n');
            text.Append(Timestamp.Of(cue.StartMs, '.')).Append(CueText.Arrow).Append(Timestamp.Of(cue.EndMs, '.'));
            text.Append('\n');
            foreach (var line in lines)
                text.Append(Escape(line)).Append('\n');
        }

        return Encoding.UTF8.GetBytes(text.ToString());
    }

    private static string Comment(string text) => CueText.WithoutArrows(CueText.OneLine(text));

    // With > escaped too, an arrow cannot come up.
    private static string Escape(string line) => line
        .Replace("&", "&amp;", StringComparison.Ordinal)
        .Replace("<", "&lt;", StringComparison.Ordinal)
        .Replace(">", "&gt;", StringComparison.Ordinal);
}
