using System.Collections.Concurrent;

namespace Ax2.Benchmarks.Answers;

/// <summary>Every upload whose completion the service said yes to, and whether it is ready in the end.</summary>
internal sealed class AcceptedUploads(ApiWire wire)
{
    /// <summary>For tiny files, and some time after the recovery: a completion that lasts so long hangs.</summary>
    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(20);
    private static readonly TimeSpan AskEvery = TimeSpan.FromMilliseconds(500);

    private readonly ConcurrentDictionary<Guid, Account> _owners = new();

    public void Add(Answer completed, Account owner) =>
        _owners.TryAdd(completed.Json.GetProperty("id").GetGuid(), owner);

    /// <summary>A line for each that is not ready in time.</summary>
    public async Task<IReadOnlyList<string>> CheckAsync()
    {
        var findings = new ConcurrentBag<string>();
        await Parallel.ForEachAsync(
            _owners, new ParallelOptions { MaxDegreeOfParallelism = 4 },
            async (upload, _) =>
            {
                if (await FindFaultAsync(upload.Key, upload.Value) is { } fault)
                {
                    findings.Add($"upload {upload.Key}: {fault}");
                }
            });
        return [.. findings.Order(StringComparer.Ordinal)];
    }

    private async Task<string?> FindFaultAsync(Guid upload, Account owner)
    {
        var begun = TimeProvider.System.GetTimestamp();
        while (true)
        {
            // As a client does: the same again until it is done.
            var exchange = await wire.SendAsync(owner.Post($"/uploads/{upload}/complete", new { }));
            var state = exchange.Answer is { Status: 200 } done ? done.Json.GetProperty("state").GetString() : null;
            if (state is not null)
            {
                return state == "ready" ? null : $"it is {state}";
            }

            if (TimeProvider.System.GetElapsedTime(begun) > Timeout)
            {
                return $"its completion has no end: {exchange.Answer?.ToString() ?? $"{exchange.Failure}"}";
            }

            await Task.Delay(AskEvery, TimeProvider.System);
        }
    }
}
