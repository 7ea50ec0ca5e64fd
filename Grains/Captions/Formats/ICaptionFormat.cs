using System.Collections.Frozen;

namespace Ax2.Captions.Formats;

/// <summary>Writes a track as a file, which keeps to the format's grammar whatever the cues hold.</summary>
public interface ICaptionFormat
{
    /// <summary>One of <see cref="CaptionFormatIds"/>.</summary>
    string Id { get; }

    /// <summary>For Content-Type, charset included.</summary>
    string MediaType { get; }

    /// <summary>The whole file in UTF-8, without a byte order mark.</summary>
    byte[] Write(CaptionTrack track);
}

public static class CaptionFormats
{
    /// <summary>One for each of <see cref="CaptionFormatIds.All"/>.</summary>
    public static readonly FrozenDictionary<string, ICaptionFormat> ById =
        new ICaptionFormat[] { new SubRip(), new WebVtt(), new JsonCaptions(), new PlainText() }
            .ToFrozenDictionary(format => format.Id, StringComparer.Ordinal);
}
