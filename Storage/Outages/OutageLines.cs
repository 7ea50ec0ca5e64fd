using System.Collections.Concurrent;

namespace Ax2.Outages;

/// <summary>
/// Which faults of an outage are worth a line in the log: the first of each kind, and then one in each
/// <see cref="Interval"/>. An outage fails every request; the log says why, not how often.
/// </summary>
public sealed class OutageLines(TimeProvider time)
{
    public static readonly TimeSpan Interval = TimeSpan.FromSeconds(30);

    private readonly ConcurrentDictionary<string, Line> _lines = new();

    /// <param name="unlogged">Faults of the kind since the line before.</param>
    public bool IsDue(string kind, out int unlogged)
    {
        var line = _lines.GetOrAdd(kind, _ => new Line());
        lock (line)
        {
            var isDue = line.LoggedAt is not { } at || time.GetElapsedTime(at) >= Interval;
            unlogged = line.Unlogged;
            (line.LoggedAt, line.Unlogged) = isDue ? (time.GetTimestamp(), 0) : (line.LoggedAt, unlogged + 1);
            return isDue;
        }
    }

    private sealed class Line
    {
        public long? LoggedAt { get; set; }

        public int Unlogged { get; set; }
    }
}
