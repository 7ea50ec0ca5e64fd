using Ax2.Credits;
using Ax2.TestKit;
using Ax2.TestKit.Credits;
using Orleans.Storage;
using Xunit;

namespace Ax2.Tests.Postgres;

[NeedsProcesses]
public sealed class CreditStorageTests(MigratedDatabase database)
    : CreditStorageConformance, IClassFixture<MigratedDatabase>
{
    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    protected override async Task<(IGrainStorage Storage, ICreditHistory History)> OpenAsync()
    {
        var source = await database.SourceAsync();
        return (new CreditStorage(source), new CreditHistory(source));
    }

    [Theory]
    [InlineData("UPDATE ax2.credit_entries SET reason = 'x'")]
    [InlineData("DELETE FROM ax2.credit_entries")]
    [InlineData("TRUNCATE ax2.credit_entries")]
    public async Task Entries_OnceStored_CannotBeChanged(string text)
    {
        var source = await database.SourceAsync();
        await using var command = source.CreateCommand(text);

        await Assert.ThrowsAsync<Npgsql.PostgresException>(() => command.ExecuteNonQueryAsync(Cancelled));
    }
}
