using System.Collections.Immutable;

namespace Ax2.Captions;

/// <summary>What an audit found in a job's captions. It judges nothing: it shows where to look.</summary>
/// <param name="UncaptionedVoiceMs">The total duration of voice while no cue is shown.</param>
/// <param name="UncaptionedVoice">Where, by time: all such ranges, or the longest when there are very many.</param>
/// <param name="RepetitionScore">
/// From 0 to 1: the share of runs of four words that were said, word for word, within the 50 words before. Speech has
/// hardly any; a recogniser that is caught in a loop comes close to 1.
/// </param>
/// <param name="EstimatedTimeShare">From 0 to 1: the share of words whose times are estimated.</param>
/// <param name="CuesInSilence">Cues that are shown during silence: their words cannot have been said.</param>
/// <param name="SilentCues">Where these are, by time: all, or the first when there are very many.</param>
[GenerateSerializer, Alias("ax2.CaptionQuality"), Immutable]
public sealed record CaptionQuality(
    [property: Id(0)] long UncaptionedVoiceMs,
    [property: Id(1)] ImmutableArray<TimeSpanMs> UncaptionedVoice,
    [property: Id(2)] double RepetitionScore,
    [property: Id(3)] double EstimatedTimeShare,
    [property: Id(4)] int CuesInSilence,
    [property: Id(5)] ImmutableArray<TimeSpanMs> SilentCues);

/// <summary>From a moment of the media to another, in ms; the end is not in it.</summary>
[GenerateSerializer, Alias("ax2.TimeSpanMs"), Immutable]
public readonly record struct TimeSpanMs([property: Id(0)] long StartMs, [property: Id(1)] long EndMs)
{
    public long DurationMs => EndMs - StartMs;
}
