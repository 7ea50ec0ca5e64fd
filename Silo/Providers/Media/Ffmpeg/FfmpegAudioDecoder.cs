namespace Ax2.Media;

internal sealed class FfmpegAudioDecoder(FfmpegRunner runner, TimeProvider time) : IAudioDecoder
{
    public Stream Open(string path, int audioStreamIndex, CancellationToken cancellationToken) =>
        MediaFaults.OfFile(path) is { } fault
            ? throw new MediaException(fault.Code, fault.Message)
            : new DecodedStream(runner, time, path, audioStreamIndex, cancellationToken);
}
