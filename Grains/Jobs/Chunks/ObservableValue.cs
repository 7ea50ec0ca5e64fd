namespace Ax2.Jobs.Chunks;

/// <summary>A value that is changed on one thread and awaited on others.</summary>
internal sealed class ObservableValue<T>(T first)
{
    private readonly Lock _lock = new();
    private T _value = first;
    private TaskCompletionSource _changed = NewChange();

    public T Value
    {
        get
        {
            lock (_lock)
            {
                return _value;
            }
        }
    }

    public void Change(Func<T, T> change)
    {
        TaskCompletionSource changed;
        lock (_lock)
        {
            _value = change(_value);
            (changed, _changed) = (_changed, NewChange());
        }

        changed.SetResult();
    }

    /// <summary>The first value that is <paramref name="awaited"/>, or the present one after the timeout.</summary>
    public async Task<T> WaitAsync(
        Func<T, bool> awaited, TimeSpan timeout, TimeProvider time, CancellationToken cancellationToken)
    {
        using var timeoutEnd = new CancellationTokenSource(timeout, time);
        using var end = CancellationTokenSource.CreateLinkedTokenSource(timeoutEnd.Token, cancellationToken);
        try
        {
            while (true)
            {
                var (value, changed) = Look();
                if (awaited(value))
                {
                    return value;
                }

                await changed.WaitAsync(end.Token);
            }
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return Value;
        }
    }

    private (T Value, Task Changed) Look()
    {
        lock (_lock)
        {
            return (_value, _changed.Task);
        }
    }

    private static TaskCompletionSource NewChange() => new(TaskCreationOptions.RunContinuationsAsynchronously);
}
