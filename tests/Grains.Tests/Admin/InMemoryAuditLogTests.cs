using Ax2.TestKit.Admin;

namespace Ax2.Admin;

public sealed class InMemoryAuditLogTests : AuditLogConformance
{
    private readonly InMemoryAuditLog log = new();

    protected override Task<IAuditLog> LogAsync() => Task.FromResult<IAuditLog>(log);
}
