using Ax2.Secrets;
using Ax2.TestKit;
using Npgsql;
using Xunit;

namespace Ax2.Tests.Postgres;

[NeedsProcesses]
public sealed class StateKeyCheckTests(MigratedDatabase database) : IClassFixture<MigratedDatabase>, IDisposable
{
    private readonly string service = $"{Guid.CreateVersion7()}";
    private readonly KeyFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public async Task Run_KeyThatWasUsedBefore_Starts()
    {
        await RunAsync("one");
        await RunAsync("one");

        Assert.Equal(["one"], await ProbesAsync());
    }

    [Fact]
    public async Task Run_AnotherKeyUnderTheSameId_IsRefused()
    {
        await RunAsync("one");
        folder.Replace("one");

        var refusal = await Assert.ThrowsAsync<RefusedStartException>(() => RunAsync("one"));

        Assert.Contains("'one'", refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Run_AnotherKeyUnderTheIdOfAnOldOne_IsRefused()
    {
        await RunAsync("old");
        await RunAsync("old", "new");
        folder.Replace("old");

        var refusal = await Assert.ThrowsAsync<RefusedStartException>(() => RunAsync("old", "new"));

        Assert.Contains("'old'", refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Run_AfterARotation_TheOldKeyMayGo()
    {
        await RunAsync("old");
        await RunAsync("old", "new");

        await RunAsync("new");

        Assert.Equal(["new", "old"], await ProbesAsync());
    }

    /// <summary>A probe of the wrong key would refuse the right one from then on.</summary>
    [Fact]
    public async Task Run_StateFromBeforeTheProbesUnderAnotherKey_IsRefusedAndLeavesNoProbe()
    {
        await StoreSigningKeysAsync(folder.Keys("one"));
        folder.Replace("one");

        await Assert.ThrowsAsync<RefusedStartException>(() => RunAsync("one"));

        Assert.Empty(await ProbesAsync());
    }

    [Fact]
    public async Task Run_StateFromBeforeTheProbesUnderAKeyThatIsGone_IsRefusedByItsId()
    {
        await StoreSigningKeysAsync(folder.Keys("lost"));

        var refusal = await Assert.ThrowsAsync<RefusedStartException>(() => RunAsync("one"));

        Assert.Contains("'lost'", refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Run_DatabaseThatIsAway_IsRefused()
    {
        await using var nowhere = NpgsqlDataSource.Create("Host=127.0.0.1;Port=1;Username=u;Password=hush;Database=d");

        var refusal = await Assert.ThrowsAsync<RefusedStartException>(() =>
            new StateKeyCheck(nowhere, folder.Keys("one"), service).RunAsync(TestContext.Current.CancellationToken));

        Assert.StartsWith("Secrets:Keys cannot be checked", refusal.Message, StringComparison.Ordinal);
    }

    private async Task RunAsync(params string[] ids) =>
        await new StateKeyCheck(await database.SourceAsync(), folder.Keys(ids), service)
            .RunAsync(TestContext.Current.CancellationToken);

    private async Task<List<string>> ProbesAsync()
    {
        await using var read = (await database.SourceAsync()).CreateCommand(
            "SELECT extension FROM orleans.storage WHERE service_id = $1 AND state_name = $2 ORDER BY extension");
        read.Parameters.Add(new NpgsqlParameter { Value = service });
        read.Parameters.Add(new NpgsqlParameter { Value = StateKeyCheck.ProbeName });
        await using var rows = await read.ExecuteReaderAsync(TestContext.Current.CancellationToken);
        List<string> ids = [];
        while (await rows.ReadAsync(TestContext.Current.CancellationToken))
        {
            ids.Add(rows.GetString(0));
        }

        return ids;
    }

    /// <summary>As the grain of that name and of the key zero does.</summary>
    private async Task StoreSigningKeysAsync(SecretKeys keys)
    {
        await using var write = (await database.SourceAsync()).CreateCommand(
            """
            INSERT INTO orleans.storage (service_id, state_name, grain_id_n0, grain_id_n1, extension, version, payload)
            VALUES ($1, 'signing-keys', 0, 0, '', 1, $2)
            """);
        write.Parameters.Add(new NpgsqlParameter { Value = service });
        write.Parameters.Add(new NpgsqlParameter { Value = StateEnvelope.Encrypt(keys, "{}"u8, "signing-keys", "0") });
        await write.ExecuteNonQueryAsync(TestContext.Current.CancellationToken);
    }
}
