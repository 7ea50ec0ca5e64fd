using System.Globalization;
using System.Text;

namespace Ax2.Captions.Formats;

/// <summary>
/// SubRip. There is no standard, so this is what most players read: UTF-8 without a mark, CR LF (older players on
/// Windows take nothing else, and the others do not mind), numbers from 1, a comma before the milliseconds.
/// There is no escape, so text goes out as it is, except that an arrow could be taken for a time line.
/// </summary>
internal sealed class SubRip : ICaptionFormat
{
    private const string LineEnd = "\r\n";

    public string Id => CaptionFormatIds.SubRip;

    public string MediaType => "application/x-subrip; charset=utf-8";

    public byte[] Write(CaptionTrack track)
    {
        ArgumentNullException.ThrowIfNull(track);
        var text = new StringBuilder();
        var number = 0;
        foreach (var cue in track.Cues)
        {
            var lines = CueText.VisibleLines(cue);
            if (lines.Count == 0)
                continue;
            text.Append(CultureInfo.InvariantCulture, $"{++number}").Append(LineEnd);
            text.Append(Timestamp.Of(cue.StartMs, ',')).Append(CueText.Arrow).Append(Timestamp.Of(cue.EndMs, ','));
            text.Append(LineEnd);
            foreach (var line in lines)
                text.Append(CueText.WithoutArrows(line)).Append(LineEnd);
            text.Append(LineEnd);
        }

        return Encoding.UTF8.GetBytes(text.ToString());
    }
}
