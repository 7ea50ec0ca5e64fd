namespace Ax2.Benchmarks.Answers;

/// <summary>Calls every route over and over, each in its own loop: one that hangs keeps no other waiting.</summary>
internal sealed class CallLoops : IDisposable
{
    private readonly CancellationTokenSource _stop;
    private readonly ApiWire _wire;
    private readonly CallLog _log;
    private readonly IReadOnlyList<Task> _loops;

    public CallLoops(
        IReadOnlyList<RouteCall> calls, ApiWire wire, CallLog log, Random random, CancellationToken cancellationToken)
    {
        _stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        (_wire, _log) = (wire, log);
        _loops = [.. calls.Select(call => RunAsync(call, call.Pause * random.NextDouble()))];
    }

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

    private async Task RunAsync(RouteCall call, TimeSpan offset)
    {
        try
        {
            await Task.Delay(offset, TimeProvider.System, _stop.Token);
            while (!_stop.IsCancellationRequested)
            {
                await CallAsync(call);
                await Task.Delay(call.Pause, TimeProvider.System, _stop.Token);
            }
        }
        catch (OperationCanceledException) when (_stop.IsCancellationRequested)
        {
            // The round is over.
        }
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
        var judged = record.Judge(isDiskFull: false, apiDied: false);
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
