using System.Runtime.InteropServices;

namespace Ax2.Captions.Speech;

/// <summary>What one request carries.</summary>
/// <param name="Number">From 0 on.</param>
/// <param name="StartMs">From the start of the stream.</param>
/// <param name="Pcm">Whole samples; valid until the next part is read.</param>
internal sealed record AudioPart(int Number, long StartMs, ReadOnlyMemory<byte> Pcm, bool IsLast)
{
    public long DurationMs => Pcm.Length / PcmFormat.BytesPerMs;

    public long EndMs => StartMs + DurationMs;
}

/// <summary>Cuts a stream into parts of at most so many seconds, at quiet points. Holds one part and no more.</summary>
internal sealed class AudioParts(Stream pcm, int maxSeconds)
{
    private readonly byte[] _buffer =
        GC.AllocateUninitializedArray<byte>(maxSeconds * 1000 * PcmFormat.BytesPerMs);

    /// <summary>What of the buffer was read from the stream, and what of that was handed out.</summary>
    private int _held;
    private int _taken;
    private long _startMs;
    private int _number;

    /// <summary>The part after the one before, empty when the stream is. Not to be asked beyond the last.</summary>
    public async Task<AudioPart> NextAsync(CancellationToken cancellationToken)
    {
        _buffer.AsSpan(_taken, _held - _taken).CopyTo(_buffer);
        _startMs += _taken / PcmFormat.BytesPerMs;
        _held -= _taken;
        var wanted = _buffer.Length - _held;
        // A stream that does not heed the token is left to its read.
        _held += await pcm
            .ReadAtLeastAsync(_buffer.AsMemory(_held), wanted, throwOnEndOfStream: false, cancellationToken)
            .AsTask().WaitAsync(cancellationToken);
        var isLast = _held < _buffer.Length;
        _taken = isLast ? _held - (_held % PcmFormat.BytesPerSample) : QuietPoint();
        return new AudioPart(_number++, _startMs, _buffer.AsMemory(0, _taken), isLast);
    }

    private int QuietPoint() =>
        Speech.QuietPoint.FindMs(MemoryMarshal.Cast<byte, short>(_buffer)) * PcmFormat.BytesPerMs;
}
