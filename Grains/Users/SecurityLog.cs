using Ax2.Admin;

namespace Ax2.Users;

/// <summary>
/// Writes what happens to a user's sign-in methods to the audit log. One record each: the event is the outcome.
/// </summary>
public sealed class SecurityLog(IAuditLog audit, TimeProvider time)
{
    /// <summary>The actor of an event without an authenticated user.</summary>
    internal const string Nobody = "nobody";

    internal Task Record(Guid userId, string action, Device device, object? content = null) =>
        Record(userId.ToString(), action, $"user/{userId}", device, content);

    internal Task Record(string actor, string action, string target, Device device, object? content = null)
    {
        var now = time.GetUtcNow();
        return audit.AppendAsync(
            new AuditRecord(
                Guid.CreateVersion7(now), AuditPhase.Outcome, now, actor, action, target, device.Address,
                content is null ? AuditContent.Nothing : AuditContent.Of(content)),
            CancellationToken.None);
    }
}
