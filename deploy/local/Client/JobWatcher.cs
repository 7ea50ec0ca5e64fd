using System.Net.ServerSentEvents;
using System.Runtime.CompilerServices;
using System.Text.Json;

namespace Ax2.Local.Client;

/// <summary>Follows a job to its end by its events, going on after the last one when the connection breaks.</summary>
internal sealed class JobWatcher(ApiClient api, TimeProvider time)
{
    /// <summary>How long the service may be away, for example while it is restarted.</summary>
    private static readonly TimeSpan Timeout = TimeSpan.FromMinutes(2);
    private static readonly TimeSpan ReconnectAfter = TimeSpan.FromSeconds(1);
    /// <summary>A connection that is silent for so long may be broken: a new one costs little.</summary>
    private static readonly TimeSpan Silence = TimeSpan.FromMinutes(1);

    /// <summary>When the service was last there.</summary>
    private long lastAnswerAt;

    /// <summary>The job after each of its events; the last one is over.</summary>
    public async IAsyncEnumerable<Job> WatchAsync(
        Guid jobId, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        string? lastEventId = null;
        lastAnswerAt = time.GetTimestamp();
        while (true)
        {
            await foreach (var item in ReadOnceAsync(jobId, lastEventId, cancellationToken))
            {
                lastAnswerAt = time.GetTimestamp();
                lastEventId = string.IsNullOrEmpty(item.EventId) ? lastEventId : item.EventId;
                if (item.EventType != "job")
                    continue;
                yield return item.Data;
                if (item.Data.IsOver)
                    yield break;
            }
            await Task.Delay(ReconnectAfter, time, cancellationToken);
        }
    }

    /// <summary>One connection's events. It ends quietly with the connection, unless that lasts too long.</summary>
    private async IAsyncEnumerable<SseItem<Job>> ReadOnceAsync(
        Guid jobId, string? lastEventId, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        using var connection = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        await using var events = EventsAsync(jobId, lastEventId, connection.Token).GetAsyncEnumerator(connection.Token);
        while (true)
        {
            try
            {
                connection.CancelAfter(Silence);
                if (!await events.MoveNextAsync())
                    break;
            }
            catch (Exception broken) when (IsBreak(broken) && !cancellationToken.IsCancellationRequested)
            {
                if (time.GetElapsedTime(lastAnswerAt) > Timeout)
                    throw new ApiException(0, "service_unreachable", $"{api.Origin} has been away too long.", broken);
                break;
            }
            yield return events.Current;
        }
    }

    private async IAsyncEnumerable<SseItem<Job>> EventsAsync(
        Guid jobId, string? lastEventId, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await using var stream = await api.OpenEventsAsync(jobId, lastEventId, cancellationToken);
        lastAnswerAt = time.GetTimestamp();
        var parser = SseParser.Create(stream, (_, data) =>
            JsonSerializer.Deserialize<Job>(data, JsonSerializerOptions.Web)
            ?? throw new JsonException("An empty event."));
        await foreach (var item in parser.EnumerateAsync(cancellationToken))
            yield return item;
    }

    private static bool IsBreak(Exception failure) => failure
        is HttpRequestException or IOException or OperationCanceledException
        or ApiException { Status: 0 or 408 or 429 or >= 500 };
}
