using System.Collections.Immutable;

namespace Ax2.Captions.Speech;

/// <param name="SegmentsDropped">How many the server itself takes for silence.</param>
internal sealed record RecognisedSpeech(ImmutableArray<SpeechSegment> Segments, int SegmentsDropped);

/// <summary>
/// Makes segments of an answer that is not to be trusted. A segment's text is the truth about its words, because
/// timed words come without their punctuation from some servers; the times come from the timed words where they match,
/// and are estimated where they do not. Words are in order and lie within their segment and the audio.
/// </summary>
internal static class TranscriptionReader
{
    /// <summary>
    /// Whisper's own rule for silence, which not every server applies: the model more likely found no speech, and was
    /// not sure of the words that it wrote all the same.
    /// </summary>
    private const double SilenceProbability = 0.6;
    private const double SureLogProbability = -1;

    /// <summary>A segment's times are rounded, so its words may reach this far beyond them.</summary>
    private const long SlackMs = 500;

    /// <summary>Whisper works in windows of 30 s and may time words in the padding; later times are no seconds.</summary>
    private const long LatestStartBeyondMs = 60_000;

    /// <summary>Nobody speaks faster: it bounds the work on a hostile answer.</summary>
    private const int MostWordsPerSecond = 20;
    private const int MostWordsAtLeast = 100;

    public static RecognisedSpeech Read(TranscriptionAnswer answer, long audioMs)
    {
        var answered = Segments(answer);
        var spoken = answered.Where(segment => !IsSilence(segment)).ToList();
        var topWords = new WordTimes(answer.Words ?? []);
        var recognised = ImmutableArray.CreateBuilder<SpeechSegment>();
        var words = 0L;
        foreach (var segment in spoken.OrderBy(segment => segment.Start))
        {
            var floorMs = recognised.Count == 0 ? 0 : recognised[^1].EndMs;
            var bounds = Bounds(segment, audioMs, floorMs);
            var texts = Words(segment.Text);
            words += texts.Length;
            if (words > MostWordsAtLeast + (audioMs / 1000 * MostWordsPerSecond))
            {
                throw RemoteFaults.Malformed("it has more words than can be said in that time");
            }
            // Words after the end of the audio are made up by the model.
            if (texts.Length > 0 && bounds.StartMs < audioMs)
            {
                var times = segment.Words is { Count: > 0 } own ? new WordTimes(own) : topWords;
                recognised.Add(Timed(texts, times, bounds, floorMs, audioMs));
            }
        }
        return new RecognisedSpeech(recognised.ToImmutable(), answered.Count - spoken.Count);
    }

    /// <summary>The segments; where a server sends only words, they are one.</summary>
    private static List<AnswerSegment> Segments(TranscriptionAnswer answer)
    {
        if (answer is { Segments: null, Words: null, Text: null })
        {
            throw RemoteFaults.Malformed("it is no transcription");
        }
        var segments = (answer.Segments ?? []).OfType<AnswerSegment>().ToList();
        var words = (answer.Words ?? []).OfType<AnswerWord>().ToList();
        if (segments.Count == 0 && words.Count > 0)
        {
            var separator = words.Any(word => word.Word is [' ', ..]) ? "" : " ";
            var text = string.Join(separator, words.Select(word => word.Word));
            segments.Add(new(text, words.Min(word => word.Start), words.Max(word => word.End), null, null, null));
        }
        return segments.Count > 0 || Words(answer.Text).Length == 0
            ? segments
            : throw new SpeechException(
                SpeechFault.Permanent, "The speech server's model answers without times, so no captions can be made.");
    }

    private static bool IsSilence(AnswerSegment segment) =>
        segment.NoSpeechProb > SilenceProbability && !(segment.AvgLogprob >= SureLogProbability);

    private static TimeRange Bounds(AnswerSegment segment, long audioMs, long floorMs)
    {
        if (AnswerTime.Ms(segment.Start) is not { } start || AnswerTime.Ms(segment.End) is not { } end)
        {
            throw RemoteFaults.Malformed("a segment has no times");
        }
        if (start > audioMs + LatestStartBeyondMs)
        {
            throw RemoteFaults.Malformed("its times are not in seconds of this audio");
        }
        start = Math.Max(start, floorMs);
        return new TimeRange(start, Math.Clamp(end, start, Math.Max(start, audioMs)));
    }

    /// <summary>The words of a text; none when it holds nothing that can be said.</summary>
    private static string[] Words(string? text)
    {
        var clean = string.Concat((text ?? "").Select(c => char.IsControl(c) ? ' ' : c));
        return clean.Any(char.IsLetterOrDigit) ? clean.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries) : [];
    }

    /// <param name="floorMs">The end of the segment before.</param>
    private static SpeechSegment Timed(
        string[] texts, WordTimes times, TimeRange bounds, long floorMs, long audioMs)
    {
        var ceilingMs = Math.Min(bounds.EndMs + SlackMs, audioMs);
        times.SkipTo(bounds.StartMs - SlackMs);
        TimeRange?[] found = [.. texts.Select(text => times.Take(text, ceilingMs))];
        var words = ImmutableArray.CreateBuilder<TimedWord>(texts.Length);
        while (words.Count < texts.Length)
        {
            var first = words.Count;
            var next = Array.FindIndex(found, first + 1, range => range is not null);
            var nextMs = next < 0 ? ceilingMs : found[next]!.Value.StartMs;
            var fromMs = first == 0 ? Math.Max(floorMs, bounds.StartMs - SlackMs) : words[^1].EndMs;
            if (found[first] is { } range)
            {
                var startMs = Math.Max(range.StartMs, fromMs);
                var endMs = Math.Clamp(range.EndMs, startMs, Math.Max(startMs, nextMs));
                words.Add(new TimedWord(texts[first], startMs, endMs, Estimated: false));
            }
            else
            {
                fromMs = Math.Max(fromMs, first == 0 ? bounds.StartMs : 0);
                var toMs = Math.Max(fromMs, Math.Min(nextMs, next < 0 ? bounds.EndMs : ceilingMs));
                words.AddRange(Estimated(texts[first..(next < 0 ? texts.Length : next)], new TimeRange(fromMs, toMs)));
            }
        }
        return new SpeechSegment(words[0].StartMs, words[^1].EndMs, words.MoveToImmutable());
    }

    private static IEnumerable<TimedWord> Estimated(string[] texts, TimeRange range) =>
        WordSpreader.Spread(texts, [range]).Select(word => word with { Estimated = true });
}
