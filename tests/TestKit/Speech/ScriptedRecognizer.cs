using System.Runtime.CompilerServices;
using Ax2.Captions.Speech;

namespace Ax2.TestKit.Speech;

/// <summary>
/// A recogniser that reads the audio honestly and then says what the test wrote down. It can be held at its start and
/// made to fail.
/// </summary>
public sealed class ScriptedRecognizer : ISpeechRecognizer
{
    private TaskCompletionSource _gate = Opened();
    private TaskCompletionSource _entered = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private int _runs;

    public string Engine => "scripted";

    public IReadOnlySet<string> Languages { get; } = new HashSet<string> { "en" };

    public List<SpeechSegment> Script { get; } = [];

    /// <summary>Thrown by the next runs, in order.</summary>
    public Queue<Exception> Failures { get; } = new();

    /// <summary>Which runs <see cref="Hold"/> is for: all, unless a test says otherwise.</summary>
    public Func<SpeechRequest, bool> IsHeld { get; set; } = _ => true;

    /// <summary>How often recognition was begun.</summary>
    public int Runs => Volatile.Read(ref _runs);

    /// <summary>Completes when a run has begun.</summary>
    public Task Entered => _entered.Task;

    /// <summary>From now on runs wait at their start, until <see cref="Release"/>.</summary>
    public void Hold()
    {
        _gate = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        _entered = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
    }

    public void Release() => _gate.TrySetResult();

    public async IAsyncEnumerable<SpeechSegment> RecognizeAsync(
        Stream pcm,
        SpeechRequest request,
        IProgress<long>? processedMs,
        [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(pcm);
        Interlocked.Increment(ref _runs);
        _entered.TrySetResult();
        await (IsHeld(request) ? _gate.Task : Task.CompletedTask).WaitAsync(cancellationToken);
        if (Failures.TryDequeue(out var failure))
        {
            throw failure;
        }

        long bytes = 0;
        var buffer = new byte[64 * 1024];
        int read;
        while ((read = await pcm.ReadAsync(buffer, cancellationToken)) > 0)
        {
            bytes += read;
        }

        foreach (var segment in Script)
        {
            yield return segment;
        }

        processedMs?.Report(bytes / PcmFormat.BytesPerMs);
    }

    private static TaskCompletionSource Opened()
    {
        var gate = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        gate.SetResult();
        return gate;
    }
}
