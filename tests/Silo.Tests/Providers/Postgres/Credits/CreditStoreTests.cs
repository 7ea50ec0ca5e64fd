using Ax2.Credits;
using Ax2.TestKit;
using Ax2.TestKit.Credits;
using Xunit;

namespace Ax2.Tests.Postgres;

[NeedsProcesses]
public sealed class CreditStoreTests(MigratedDatabase database)
    : CreditStoreConformance, IClassFixture<MigratedDatabase>
{
    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    protected override async Task<ICreditStore> StoreAsync() => new CreditStore(await database.SourceAsync());

    [Theory]
    [InlineData("UPDATE ax2.credit_entries SET reason = 'x'")]
    [InlineData("DELETE FROM ax2.credit_entries")]
    [InlineData("TRUNCATE ax2.credit_entries")]
    public async Task Entries_CannotBeChanged(string text)
    {
        var source = await database.SourceAsync();
        await using var command = source.CreateCommand(text);

        await Assert.ThrowsAsync<Npgsql.PostgresException>(() => command.ExecuteNonQueryAsync(Cancelled));
    }
}
