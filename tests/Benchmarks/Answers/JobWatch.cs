using System.Net.ServerSentEvents;
using System.Text.Json;

namespace Ax2.Benchmarks.Answers;

/// <summary>
/// Follows a running job as the page does: a browser's event source, which comes back 3 s after its connection broke
/// with the last event's number, and the page's own pauses after an answer that is no stream.
/// </summary>
internal sealed class JobWatch
{
    private static readonly TimeSpan Reconnect = TimeSpan.FromSeconds(3);
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(15);

    private readonly Lock _lock = new();
    private readonly List<DateTimeOffset> _events = [];
    private readonly HttpClient _http;
    private readonly RunningJob _job;
    private string? _lastEventId;

    public JobWatch(HttpClient http, RunningJob job, CancellationToken ended)
    {
        (_http, _job) = (http, job);
        Watching = WatchAsync(ended);
    }

    /// <summary>The job's stage at the last event.</summary>
    public string Stage { get; private set; } = "";

    public bool IsOver => Stage is "done" or "partial" or "failed" or "cancelled";

    public Task Watching { get; }

    public int Count
    {
        get
        {
            lock (_lock)
            {
                return _events.Count;
            }
        }
    }

    /// <summary>The time from then to the first event that came after it; null when none did.</summary>
    public TimeSpan? FirstAfter(DateTimeOffset time)
    {
        lock (_lock)
        {
            return _events.Exists(at => at >= time) ? _events.Find(at => at >= time) - time : null;
        }
    }

    /// <summary>The longest time without an event between the two. What follows the job's end is none.</summary>
    public TimeSpan LongestSilence(DateTimeOffset from, DateTimeOffset until)
    {
        lock (_lock)
        {
            return LongestGap(_events, from, IsOver && _events[^1] < until ? _events[^1] : until);
        }
    }

    /// <param name="events">In their order.</param>
    public static TimeSpan LongestGap(IEnumerable<DateTimeOffset> events, DateTimeOffset from, DateTimeOffset until)
    {
        var (longest, last) = (TimeSpan.Zero, from);
        foreach (var at in events.Where(at => at > from && at < until).Append(until))
        {
            longest = at - last > longest ? at - last : longest;
            last = at;
        }

        return longest;
    }

    private async Task WatchAsync(CancellationToken ended)
    {
        var refusals = 0;
        while (!ended.IsCancellationRequested && !IsOver)
        {
            var pause = Reconnect;
            try
            {
                using var request = _job.Owner.Get($"/jobs/{_job.Id}/events");
                request.Headers.Add("Last-Event-ID", _lastEventId ?? "-1");
                using var response = await _http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, ended);
                if (response.IsSuccessStatusCode)
                {
                    refusals = 0;
                    await ReadAsync(response, ended);
                }
                else
                {
                    var seconds = TimeSpan.FromSeconds(Math.Pow(2, Math.Min(refusals++, 10)));
                    pause = seconds < LongestPause ? seconds : LongestPause;
                }
            }
            catch (Exception broken) when (broken is HttpRequestException or IOException or OperationCanceledException)
            {
                // The browser comes back, unless the round is over.
            }

            await Task.Delay(pause, TimeProvider.System, ended).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private async Task ReadAsync(HttpResponseMessage response, CancellationToken ended)
    {
        await using var stream = await response.Content.ReadAsStreamAsync(ended);
        await foreach (var item in SseParser.Create(stream).EnumerateAsync(ended))
        {
            if (item.EventType != "job")
            {
                continue;
            }

            _lastEventId = item.EventId;
            using var job = JsonDocument.Parse(item.Data);
            Stage = job.RootElement.GetProperty("stage").GetString()!;
            lock (_lock)
            {
                _events.Add(TimeProvider.System.GetUtcNow());
            }
        }
    }
}
