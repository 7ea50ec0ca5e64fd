namespace Ax2.Admin;

/// <summary>
/// Who did what, forever: records are added and never changed or removed. You must give an act one id; you may assume
/// that a record is durable when <see cref="AppendAsync"/> returns.
/// </summary>
public interface IAuditLog
{
    /// <summary>Adds a record. The same act and phase again is no second one.</summary>
    Task AppendAsync(AuditRecord record, CancellationToken cancellationToken);

    /// <summary>Newest first, at most <see cref="AuditQuery.Limit"/>.</summary>
    Task<IReadOnlyList<AuditEntry>> ListAsync(AuditQuery query, CancellationToken cancellationToken);
}

/// <summary>An <see cref="AuditEntry"/> before it has its number.</summary>
public sealed record AuditRecord(
    Guid ActId,
    AuditPhase Phase,
    DateTimeOffset At,
    string Actor,
    string Action,
    string Target,
    string Address,
    string Content);
