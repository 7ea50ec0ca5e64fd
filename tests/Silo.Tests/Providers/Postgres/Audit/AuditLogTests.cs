using Ax2.Admin;
using Ax2.TestKit;
using Ax2.TestKit.Admin;
using Npgsql;
using Xunit;

namespace Ax2.Tests.Postgres;

[NeedsProcesses]
public sealed class AuditLogTests(MigratedDatabase database) : AuditLogConformance, IClassFixture<MigratedDatabase>
{
    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    protected override async Task<IAuditLog> LogAsync() => new AuditLog(await database.SourceAsync());

    [Theory]
    [InlineData("UPDATE ax2.audit SET content = '{}'")]
    [InlineData("DELETE FROM ax2.audit")]
    [InlineData("TRUNCATE ax2.audit")]
    public async Task Records_CannotBeChanged(string text)
    {
        var source = await database.SourceAsync();
        await using var command = source.CreateCommand(text);

        var refusal = await Assert.ThrowsAsync<PostgresException>(() => command.ExecuteNonQueryAsync(Cancelled));

        Assert.Equal("audit is append only", refusal.MessageText);
    }
}
