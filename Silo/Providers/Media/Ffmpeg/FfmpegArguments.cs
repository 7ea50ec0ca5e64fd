using System.Globalization;
using Ax2.Captions.Speech;

namespace Ax2.Media;

/// <summary>
/// The arguments of the tools. Nothing of it comes from a user: the path is the service's own, the index a number.
/// </summary>
internal static class FfmpegArguments
{
    /// <summary>
    /// Containers that hold sound themselves. Playlists, concat scripts, image sequences and the like are not among
    /// them: those would make the tool open other files and addresses.
    /// </summary>
    private const string Demuxers =
        "mov,mp4,m4a,3gp,3g2,mj2,matroska,webm,avi,mpegts,mpeg,mp3,wav,w64,flac,ogg,aac,asf,flv,aiff,amr,amrnb,amrwb,"
        + "caf,ac3,eac3,au,mxf,wv";

    private const int MaxStreams = 100;

    /// <summary>
    /// In a transport stream ffmpeg takes the start of the chosen streams for the start of the file, and late sound
    /// would come early; any offset, were it of a microsecond, keeps it from that.
    /// </summary>
    private static readonly string[] _fromStartOfFile = ["-itsoffset", "0.000001"];

    /// <summary>
    /// Sound at 16 kHz and mono, then silence where the file's times leave a gap, from its first moment on.
    /// </summary>
    /// <remarks>
    /// In this order, since the filter that fills a gap holds it in memory at once: small samples, small gap.
    /// </remarks>
    private static readonly string _keepTime =
        "aresample=" + PcmFormat.SampleRateHz.ToString(CultureInfo.InvariantCulture)
        + ",aformat=sample_fmts=s16:channel_layouts=mono,aresample=async=1:first_pts=0";

    public static string[] ReadHeader(string path) =>
    [
        "-hide_banner", "-v", "level+warning", .. Input(path), "-of", "json", "-show_entries",
        "format=format_name,duration,start_time,probe_score:format_tags=major_brand"
            + ":stream=index,codec_type,codec_name,channels,sample_rate,duration,start_time,width,height"
            + ":stream_disposition=default,attached_pic:stream_tags=language,duration",
    ];

    /// <summary>
    /// Reads every packet and decodes none. The counts come on stderr, the time of the last on stdout.
    /// </summary>
    public static string[] ScanPackets(string path, IEnumerable<int> streams) =>
    [
        "-hide_banner", "-v", "level+verbose", "-nostats", "-nostdin", .. _fromStartOfFile, .. Input(path),
        .. streams.SelectMany(Map), "-c", "copy", "-progress", "pipe:1", "-f", "null", "-",
    ];

    public static string[] Decode(string path, int stream, double maxErrorRate) =>
    [
        "-hide_banner", "-v", "level+error", "-nostats", "-nostdin",
        "-max_error_rate", maxErrorRate.ToString(CultureInfo.InvariantCulture), "-threads", "1",
        .. _fromStartOfFile, .. Input(path), .. Map(stream), "-vn", "-sn", "-dn",
        "-filter_threads", "1", "-af", _keepTime, "-c:a", "pcm_s16le", "-f", "s16le", "pipe:1",
    ];

    /// <summary>Decodes the first frame: proof that there is a decoder and that it can read this stream.</summary>
    public static string[] DecodeFirstFrame(string path, int stream) =>
        [.. Decode(path, stream, maxErrorRate: 1)[..^1], "-frames:a", "1", "pipe:1"];

    private static string[] Input(string path) =>
    [
        "-protocol_whitelist", "file", "-format_whitelist", Demuxers,
        "-max_streams", MaxStreams.ToString(CultureInfo.InvariantCulture), "-i", "file:" + Path.GetFullPath(path),
    ];

    private static string[] Map(int stream) => ["-map", "0:" + stream.ToString(CultureInfo.InvariantCulture)];
}
