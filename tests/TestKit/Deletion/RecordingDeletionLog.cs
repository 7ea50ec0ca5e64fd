using System.Collections.Concurrent;
using Ax2.Deletion;

namespace Ax2.TestKit.Deletion;

/// <summary>The proofs in memory. It can be made to fail.</summary>
public sealed class RecordingDeletionLog : IDeletionLog
{
    public ConcurrentDictionary<Guid, DeletionRecord> Records { get; } = new();

    public bool IsBroken { get; set; }

    public Task AppendAsync(DeletionRecord record, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(record);
        if (IsBroken)
        {
            throw new IOException("The log of deletions is broken.");
        }

        Records.TryAdd(record.UserId, record);
        return Task.CompletedTask;
    }
}
