using Ax2.Admin;

namespace Ax2.TestKit.Admin;

/// <summary><see cref="IAuditLog"/> in memory. It can be made to fail.</summary>
public sealed class InMemoryAuditLog : IAuditLog
{
    private readonly Lock gate = new();
    private readonly List<AuditEntry> entries = [];

    public bool IsBroken { get; set; }

    /// <summary>Told of every record.</summary>
    public event Action<AuditRecord> Appended = _ => { };

    public IReadOnlyList<AuditEntry> Entries
    {
        get
        {
            lock (gate)
            {
                return [.. entries];
            }
        }
    }

    public void Clear()
    {
        lock (gate)
        {
            entries.Clear();
            IsBroken = false;
        }
    }

    public Task AppendAsync(AuditRecord record, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(record);
        if (IsBroken)
        {
            throw new IOException("The audit log is broken.");
        }

        lock (gate)
        {
            if (!entries.Any(e => (e.ActId, e.Phase) == (record.ActId, record.Phase)))
            {
                entries.Add(new AuditEntry(
                    entries.Count + 1, record.ActId, record.Phase, record.At, record.Actor, record.Action,
                    record.Target, record.Address, record.Content));
            }
        }

        Appended(record);
        return Task.CompletedTask;
    }

    public Task<IReadOnlyList<AuditEntry>> ListAsync(AuditQuery query, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(query);
        var found = Entries.Reverse()
            .Where(e => (query.Before is not { } before || e.Number < before)
                && (query.Actor is null || e.Actor == query.Actor)
                && (query.Action is null || e.Action == query.Action)
                && (query.Target is null || e.Target == query.Target)
                && (query.From is not { } from || e.At >= from)
                && (query.Until is not { } until || e.At < until))
            .Take(query.Limit);
        return Task.FromResult<IReadOnlyList<AuditEntry>>([.. found]);
    }
}
