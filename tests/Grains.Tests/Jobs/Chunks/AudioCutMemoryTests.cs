using Ax2.Captions.Speech;
using Ax2.TestKit.Media;
using Xunit;

namespace Ax2.Jobs.Chunks;

/// <summary>Runs alone: it measures the memory of the process.</summary>
[Collection(nameof(AudioCutMemoryTests))]
[CollectionDefinition(nameof(AudioCutMemoryTests), DisableParallelization = true)]
public sealed class AudioCutMemoryTests
{
    [Fact]
    public async Task Read_HoursOfAudio_HoldsNoMoreThanTheLookAhead()
    {
        var before = GC.GetTotalMemory(forceFullCollection: true);
        using var hours = new EndlessSpeech(2 * 3_600_000L * PcmFormat.BytesPerMs);
        await using var audio = new ChunkedAudio(
            hours, new ChunkLengths(300_000, 30_000), 2_000, new(0, long.MaxValue / 1000), []);
        var largest = 0L;
        var buffer = new byte[81_920];
        var cancellation = TestContext.Current.CancellationToken;
        while (await audio.NextAsync(cancellation))
        {
            while (await audio.ReadAsync(buffer, cancellation) > 0)
            {
            }

            largest = Math.Max(largest, GC.GetTotalMemory(forceFullCollection: true) - before);
        }

        // Two hours are 230 MB, the look-ahead 3 MB; the rest is for clusters of other tests that are ending.
        Assert.InRange(largest, 0, 120_000_000);
    }

    private sealed class EndlessSpeech(long bytes) : ForwardStream
    {
        private readonly byte[] _loop = MadeAudio.Speech(20_000, 3);
        private long _read;

        public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
        {
            var at = (int)(_read % _loop.Length);
            var read = (int)Math.Min(Math.Min(buffer.Length, _loop.Length - at), bytes - _read);
            _loop.AsMemory(at, read).CopyTo(buffer);
            _read += read;
            return ValueTask.FromResult(read);
        }
    }
}
