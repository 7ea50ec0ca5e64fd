using Microsoft.Extensions.Options;

namespace Ax2.Jobs;

/// <summary>The cap on jobs that transcribe at once in this process. First come, first served.</summary>
public sealed class TranscriptionSlots(IOptions<JobOptions> options) : IDisposable
{
    private readonly SemaphoreSlim _free = new(options.Value.MaxTranscribingPerSilo);

    /// <summary>Waits for a slot; disposing the answer gives it back.</summary>
    public async Task<IDisposable> EnterAsync(CancellationToken cancellationToken)
    {
        await _free.WaitAsync(cancellationToken);
        return new Slot(_free);
    }

    public void Dispose() => _free.Dispose();

    private sealed class Slot(SemaphoreSlim free) : IDisposable
    {
        private SemaphoreSlim? _free = free;

        public void Dispose() => Interlocked.Exchange(ref _free, null)?.Release();
    }
}
