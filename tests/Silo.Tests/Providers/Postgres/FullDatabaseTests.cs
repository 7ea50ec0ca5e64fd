using Ax2.TestKit;
using Xunit;

namespace Ax2.Tests.Postgres;

/// <summary>What PostgreSQL says when its disk is full must not look like a fault of another kind.</summary>
[NeedsProcesses]
public sealed class FullDatabaseTests(MigratedDatabase database) : IClassFixture<MigratedDatabase>
{
    [Fact]
    public async Task StoredState_PostgresIsFull_SaysThatThereIsNoSpace()
    {
        var source = await database.SourceAsync();
        var storage = new ScriptedStorage<object>(new object())
        {
            BeforeWrite = async () =>
            {
                // As mdextend() raises it.
                await using var full = source.CreateCommand(
                    """
                    DO $$ BEGIN RAISE EXCEPTION 'could not extend file: No space left on device'
                    USING ERRCODE = 'disk_full'; END $$
                    """);
                await full.ExecuteNonQueryAsync(TestContext.Current.CancellationToken);
            },
        };
        var state = new StoredState<object>(storage, _ => { });

        await Assert.ThrowsAsync<NoSpaceException>(() => state.UpdateAsync(_ => new object()));
    }
}
