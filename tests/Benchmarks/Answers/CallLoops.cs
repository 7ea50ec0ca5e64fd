namespace Ax2.Benchmarks.Answers;

/// <summary>Calls every route over and over, each in its own loop: one that hangs keeps no other waiting.</summary>
internal sealed class CallLoops : IDisposable
{
    private static readonly TimeSpan Spread = TimeSpan.FromSeconds(1);

    private readonly TaskCompletionSource _hurry = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly CancellationTokenSource _stop;
    private readonly ApiWire _wire;
    private readonly CallLog _log;
    private readonly IReadOnlyList<Task> _loops;

    public CallLoops(
        IReadOnlyList<RouteCall> calls, ApiWire wire, CallLog log, Random random, CancellationToken cancellationToken)
    {
        _stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        (_wire, _log) = (wire, log);
        _loops = [.. calls.Select(call => RunAsync(call, random.NextDouble()))];
    }

    /// <summary>Every route that pauses is called within a second: a short fault meets each of them.</summary>
    public void Hurry() => _hurry.TrySetResult();

    /// <summary>Every call that was begun is waited for.</summary>
    public async Task StopAsync()
    {
        await _stop.CancelAsync();
        await Task.WhenAll(_loops);
    }

    /// <summary>What ended a loop that should run on; null when nothing did.</summary>
    public Exception? Fault => _loops.FirstOrDefault(loop => loop.IsFaulted)?.Exception;

    public void Dispose()
    {
        _stop.Cancel();
        _stop.Dispose();
    }

    /// <param name="place">Of its calls among those of the other routes: from 0 to 1.</param>
    private async Task RunAsync(RouteCall call, double place)
    {
        try
        {
            await Task.Delay(call.Pause * place, TimeProvider.System, _stop.Token);
            while (!_stop.IsCancellationRequested)
            {
                await CallAsync(call);
                await PauseAsync(call.Pause, place);
            }
        }
        catch (OperationCanceledException) when (_stop.IsCancellationRequested)
        {
            // The round is over.
        }
    }

    private async Task PauseAsync(TimeSpan pause, double place)
    {
        var whole = Task.Delay(pause, TimeProvider.System, _stop.Token);
        if (!_hurry.Task.IsCompleted && await Task.WhenAny(whole, _hurry.Task) == _hurry.Task)
        {
            await Task.Delay(Spread * place, TimeProvider.System, _stop.Token);
            return;
        }

        await whole;
    }

    private async Task CallAsync(RouteCall call)
    {
        using var request = await call.NextAsync(_stop.Token);
        var exchange = await _wire.SendAsync(request, call.IsStream);
        var isSuccess = exchange.Answer is { IsSuccess: true };
        var record = new CallRecord(
            call, exchange with { Answer = exchange.Answer?.Shortened() }, call.IsRepeated,
            isSuccess ? FindFault(call, exchange.Answer!) : null);
        _log.Add(record);
        var judged = record.Judge();
        call.Conclude(exchange, judged);
        if (judged.IsRight && isSuccess)
        {
            try
            {
                await call.Then(exchange.Answer!);
            }
            catch (PreparationException)
            {
                // What was made stays: it is in nobody's way.
            }
        }
    }

    private static string? FindFault(RouteCall call, Answer answer)
    {
        try
        {
            return call.FindFault(answer);
        }
        catch (Exception unreadable) when (unreadable is System.Text.Json.JsonException or InvalidOperationException
            or KeyNotFoundException)
        {
            return $"unreadable: {unreadable.Message}";
        }
    }
}
