using System.Collections.Concurrent;
using System.Diagnostics;

namespace Ax2.Media;

/// <summary>
/// Starts processes on one thread that lives as long as this object. Linux sends "your parent died" when the thread
/// that started a process ends, not the process of that thread; a pool thread would take a running decoder with it.
/// </summary>
internal sealed class ProcessLauncher : IDisposable
{
    private readonly BlockingCollection<(ProcessStartInfo Info, TaskCompletionSource<Process> Started)> _queue = [];

    public ProcessLauncher() => new Thread(Work) { IsBackground = true, Name = "ffmpeg launcher" }.Start();

    public Task<Process> StartAsync(ProcessStartInfo info)
    {
        var started = new TaskCompletionSource<Process>(TaskCreationOptions.RunContinuationsAsynchronously);
        _queue.Add((info, started));
        return started.Task;
    }

    public void Dispose() => _queue.CompleteAdding();

    private void Work()
    {
        foreach (var (info, started) in _queue.GetConsumingEnumerable())
        {
            try
            {
                started.SetResult(Process.Start(info)!);
            }
            catch (Exception e) when (e is System.ComponentModel.Win32Exception or IOException)
            {
                started.SetException(e);
            }
        }
        _queue.Dispose();
    }
}
