using System.Collections.Concurrent;

namespace Ax2.Http;

/// <summary>
/// Remembers answers for a few seconds, so that most requests ask no grain. Only what was found is kept: what is not
/// there could be made up without end.
/// </summary>
internal sealed class ShortMemory<TKey, TValue>(TimeSpan life, TimeProvider time)
    where TKey : notnull
    where TValue : class
{
    /// <summary>Above it everything is asked anew: rarer and simpler than choosing what to drop.</summary>
    private const int MaxEntries = 50_000;

    private readonly ConcurrentDictionary<TKey, (TValue Value, DateTimeOffset Until)> _entries = new();

    internal async ValueTask<TValue?> Get(TKey key, Func<TKey, Task<TValue?>> ask)
    {
        // The life begins before the question: an answer may be old when it arrives.
        var now = time.GetUtcNow();
        if (_entries.TryGetValue(key, out var entry) && now < entry.Until)
        {
            return entry.Value;
        }

        var value = await ask(key);
        if (value is null)
        {
            _entries.TryRemove(key, out _);
            return null;
        }

        if (_entries.Count >= MaxEntries)
        {
            _entries.Clear();
        }

        _entries[key] = (value, now + life);
        return value;
    }

    internal void Forget(TKey key) => _entries.TryRemove(key, out _);
}
