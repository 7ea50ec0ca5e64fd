using System.Threading.Channels;

namespace Ax2.Benchmarks.Answers;

/// <summary>
/// Objects for requests that use theirs up. Some are always made ahead, while the service is well, so that a route has
/// one when it is not.
/// </summary>
internal sealed class Supply<T>
{
    private const int MadeAhead = 2;
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(2);

    private readonly Channel<T> _made = Channel.CreateBounded<T>(MadeAhead);

    public Supply(Func<Task<T>> make, CancellationToken ended) => _ = MakeAsync(make, ended);

    public ValueTask<T> TakeAsync(CancellationToken cancellationToken) => _made.Reader.ReadAsync(cancellationToken);

    private async Task MakeAsync(Func<Task<T>> make, CancellationToken ended)
    {
        try
        {
            while (await _made.Writer.WaitToWriteAsync(ended))
            {
                try
                {
                    await _made.Writer.WriteAsync(await make(), ended);
                }
                catch (PreparationException)
                {
                    // Expected under a fault: it is tried again.
                    await Task.Delay(Pause, TimeProvider.System, ended);
                }
            }
        }
        catch (OperationCanceledException) when (ended.IsCancellationRequested)
        {
            // The round is over.
        }
        catch (Exception fault)
        {
            // Whoever takes one gets the fault.
            _made.Writer.TryComplete(fault);
        }
    }
}
