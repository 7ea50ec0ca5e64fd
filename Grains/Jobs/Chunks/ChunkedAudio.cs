using System.Collections.Immutable;
using Ax2.Captions;
using Ax2.Captions.Speech;

namespace Ax2.Jobs.Chunks;

/// <summary>
/// Decoded audio as one stream after the other: a chunk each, with its context. Reading a chunk pulls the audio
/// through, and where the chunk ends becomes known on the way. Held are the samples that the choice of the next cut and
/// the context need, whatever the length of the audio.
/// </summary>
/// <param name="pcm">All of the audio, from its first moment on.</param>
/// <param name="lengths">How what is not known yet is cut.</param>
/// <param name="contextMs">How much of its neighbours each chunk also holds.</param>
/// <param name="range">What is cut up; beyond it only context is taken.</param>
/// <param name="known">The first chunks, when they are known: they stay as they are.</param>
internal sealed class ChunkedAudio(
    Stream pcm, ChunkLengths lengths, long contextMs, TimeSpanMs range, ImmutableArray<ChunkSpan> known)
    : ForwardStream
{
    private const int BlockBytes = 64 * 1024;

    private readonly ChunkPlanner _planner = new(lengths, known.IsEmpty ? range.StartMs : known[^1].EndMs);

    /// <summary>Known chunks may have been cut with another context.</summary>
    private readonly long _heldContextMs = known
        .Select(span => Math.Max(span.StartMs - span.AudioStartMs, span.AudioEndMs - span.EndMs))
        .Append(contextMs).Max();

    /// <summary>The audio from the byte <see cref="_heldFrom"/> on, as far as it is decoded.</summary>
    private byte[] _held = new byte[4 * BlockBytes];
    private int _heldBytes;
    private long _heldFrom;
    private bool _isAtEnd;

    private int _index = -1;
    private long _startMs = range.StartMs;
    private long? _endMs;
    private long _position;

    public long DecodedMs => (_heldFrom + _heldBytes) / PcmFormat.BytesPerMs;

    /// <summary>The file has no more audio than was decoded.</summary>
    public bool IsAtEnd => _isAtEnd;

    /// <summary>Once the chunk was read to its end: there is none after it.</summary>
    public bool IsLast => IsPlanComplete && _endMs >= PlannedMs;

    /// <summary>The chunk, once it was read to its end.</summary>
    public ChunkSpan Span => Known(_index) ?? new(
        _index, _startMs, _endMs!.Value, AudioStartMs, Math.Min(_endMs.Value + contextMs, DecodedMs));

    private bool IsPlanComplete => _isAtEnd || DecodedMs >= range.EndMs;

    private long PlannedMs => Math.Min(DecodedMs, range.EndMs);

    private long AudioStartMs => Known(_index)?.AudioStartMs ?? Math.Max(0, _startMs - contextMs);

    /// <summary>What can be read of the chunk, though its end may not be known yet.</summary>
    private long ReadableMs => Known(_index)?.AudioEndMs ?? (EarliestEndMs + contextMs);

    private long EarliestEndMs => _endMs ?? Math.Min(_planner.EarliestCutMs, range.EndMs);

    /// <summary>Goes on to the next chunk without reading it; for known ones.</summary>
    public void Skip() => Enter();

    /// <summary>Goes on to the next chunk: it is what is read from now on. False when there is no more audio.</summary>
    public async Task<bool> NextAsync(CancellationToken cancellationToken)
    {
        Enter();
        while (!IsPlanComplete && DecodedMs <= _startMs)
        {
            await FillAsync(cancellationToken);
        }

        return PlannedMs > _startMs;
    }

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        while (true)
        {
            FindEnd();
            var end = Math.Min(ReadableMs, DecodedMs) * PcmFormat.BytesPerMs;
            if (end > _position && buffer.Length > 0)
            {
                var read = (int)Math.Min(end - _position, buffer.Length);
                _held.AsMemory((int)(_position - _heldFrom), read).CopyTo(buffer);
                _position += read;
                return read;
            }

            if (_isAtEnd || buffer.Length == 0 || (_endMs is not null && DecodedMs >= ReadableMs))
            {
                return 0;
            }

            await FillAsync(cancellationToken);
        }
    }

    private ChunkSpan? Known(int index) => index < known.Length ? known[index] : null;

    private void Enter()
    {
        _startMs = _endMs ?? range.StartMs;
        _endMs = Known(++_index)?.EndMs;
        _position = AudioStartMs * PcmFormat.BytesPerMs;
    }

    private void FindEnd()
    {
        if (_endMs is null && _planner.TryCut(out var cutMs))
        {
            _endMs = cutMs;
        }
        else if (_endMs is null && IsPlanComplete)
        {
            _endMs = PlannedMs;
        }
    }

    private async Task FillAsync(CancellationToken cancellationToken)
    {
        MakeRoom();
        var block = _held.AsMemory(_heldBytes, BlockBytes);
        var planned = (range.EndMs * PcmFormat.BytesPerMs) - _heldFrom - _heldBytes;
        var read = await pcm.ReadAsync(block, cancellationToken);
        _heldBytes += read;
        _isAtEnd = read == 0;
        _planner.Push(block.Span[..(int)Math.Clamp(planned, 0, read)]);
        if (IsPlanComplete)
        {
            _planner.Complete(PlannedMs);
        }
    }

    /// <summary>Lets go of what no chunk will read any more.</summary>
    private void MakeRoom()
    {
        var nextAudioMs = Math.Max(0, EarliestEndMs - _heldContextMs);
        var needed = Math.Min(_position, nextAudioMs * PcmFormat.BytesPerMs);
        var dropped = (int)Math.Clamp(needed - _heldFrom, 0, _heldBytes);
        if (_held.Length - _heldBytes >= BlockBytes || dropped == 0)
        {
            dropped = 0;
        }

        _held.AsSpan(dropped, _heldBytes - dropped).CopyTo(_held);
        _heldFrom += dropped;
        _heldBytes -= dropped;
        if (_held.Length - _heldBytes < BlockBytes)
        {
            Array.Resize(ref _held, _held.Length * 2);
        }
    }
}
