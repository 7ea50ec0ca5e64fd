using System.Text;

namespace Ax2.Captions.Formats;

/// <summary>
/// The words to read, in paragraphs. A long silence ends a paragraph; a short one does when it is long already.
/// </summary>
internal sealed class PlainText : ICaptionFormat
{
    // Cues linger after the voice, so these are half a second less than the silence.
    private const int ParagraphGapMs = 1_500;
    private const int LongParagraphGapMs = 400;
    private const int LongParagraphChars = 600;

    public string Id => CaptionFormatIds.Text;

    public string MediaType => "text/plain; charset=utf-8";

    public byte[] Write(CaptionTrack track)
    {
        ArgumentNullException.ThrowIfNull(track);
        var text = new StringBuilder();
        var (paragraphStart, lastEndMs) = (0, 0L);
        foreach (var cue in track.Cues)
        {
            var line = string.Join(' ', CueText.VisibleLines(cue));
            if (line.Length == 0)
                continue;
            var isLong = text.Length - paragraphStart > LongParagraphChars;
            if (text.Length > 0)
            {
                var ends = cue.StartMs - lastEndMs >= (isLong ? LongParagraphGapMs : ParagraphGapMs);
                text.Append(ends ? "\n\n" : " ");
                paragraphStart = ends ? text.Length : paragraphStart;
            }

            text.Append(line);
            lastEndMs = cue.EndMs;
        }

        return Encoding.UTF8.GetBytes(text.Length == 0 ? "" : text.Append('\n').ToString());
    }
}
