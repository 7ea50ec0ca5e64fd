using Ax2.Credits;
using Ax2.Outages;
using Ax2.TestKit;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using Npgsql;
using Xunit;

namespace Ax2.Tests.Outages;

public sealed class GuardedCreditHistoryTests
{
    private static readonly StorageOutages _outages = new(TimeProvider.System, NullLogger<StorageOutages>.Instance);

    /// <summary>As the silo registers it.</summary>
    [Fact]
    public async Task LookUp_DatabaseIsAway_ThrowsTheCode()
    {
        await using var database = NpgsqlDataSource.Create("Host=127.0.0.1;Port=1;Username=nobody");
        await using var provider = new ServiceCollection().AddSingleton(database).AddSingleton(_outages)
            .AddCreditStorage().BuildServiceProvider();

        var fault = await Assert.ThrowsAsync<StorageFaultException>(
            () => LookUpAsync(provider.GetRequiredService<ICreditHistory>()));

        Assert.Equal(StorageFaults.Unavailable, fault.Code);
    }

    [Fact]
    public async Task LookUp_DiskIsFull_ThrowsThatCode()
    {
        var full = new PostgresException("No space left on device", "ERROR", "ERROR", "53100");
        var history = Scripted.As<ICreditHistory>((_, _) => Task.FromException<LedgerFacts>(full));

        var fault = await Assert.ThrowsAsync<StorageFaultException>(
            () => LookUpAsync(new GuardedCreditHistory(history, _outages)));

        Assert.Equal(StorageFaults.Full, fault.Code);
    }

    private static Task<LedgerFacts> LookUpAsync(ICreditHistory history) =>
        history.LookUpAsync(Guid.CreateVersion7(), ["release"], [], TestContext.Current.CancellationToken);
}
