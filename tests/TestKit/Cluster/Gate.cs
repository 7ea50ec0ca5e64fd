namespace Ax2.TestKit.Cluster;

/// <summary>Lets bytes through, or holds them for as long as it is closed. Open at first.</summary>
public sealed class Gate
{
    private readonly Lock _changing = new();
    private TaskCompletionSource _opened = Opened();

    public void Close()
    {
        lock (_changing)
        {
            if (_opened.Task.IsCompleted)
            {
                _opened = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            }
        }
    }

    public void Open()
    {
        lock (_changing)
        {
            _opened.TrySetResult();
        }
    }

    public Task PassAsync(CancellationToken cancellationToken)
    {
        lock (_changing)
        {
            return _opened.Task.WaitAsync(cancellationToken);
        }
    }

    private static TaskCompletionSource Opened()
    {
        var opened = new TaskCompletionSource();
        opened.SetResult();
        return opened;
    }
}
