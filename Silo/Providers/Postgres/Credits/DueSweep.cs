using Npgsql;

namespace Ax2.Credits;

/// <summary>
/// Wakes idle accounts in which something became due, so that their ledgers say so. Nothing depends on it: whoever
/// looks at an account books what is due first. Every silo sweeps; twice does no harm.
/// </summary>
internal sealed partial class DueSweep(
    NpgsqlDataSource database, IGrainFactory grains, TimeProvider time, ILogger<DueSweep> logger) : BackgroundService
{
    private const int MaxAccounts = 500;
    private static readonly TimeSpan Period = TimeSpan.FromMinutes(1);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Period, time);
        while (await timer.WaitForNextTickAsync(stoppingToken))
        {
            try
            {
                await SweepAsync(stoppingToken);
            }
            catch (Exception e) when (e is not OperationCanceledException)
            {
                LogSweepFailed(e);
            }
        }
    }

    internal async Task SweepAsync(CancellationToken cancellationToken)
    {
        foreach (var account in await ReadDueAsync(cancellationToken))
        {
            await grains.GetGrain<ICreditAccountGrain>(account).BookDue();
        }
    }

    private async Task<List<Guid>> ReadDueAsync(CancellationToken cancellationToken)
    {
        await using var command = database.CreateCommand(
            "SELECT account_id FROM ax2.credit_accounts WHERE next_due_at <= $1 ORDER BY next_due_at LIMIT $2");
        command.Parameters.Add(new NpgsqlParameter<DateTimeOffset> { TypedValue = time.GetUtcNow() });
        command.Parameters.Add(new NpgsqlParameter<int> { TypedValue = MaxAccounts });
        await using var rows = await command.ExecuteReaderAsync(cancellationToken);
        return await CreditRows.ReadAllAsync(rows, row => row.GetGuid(0), cancellationToken);
    }

    [LoggerMessage(3101, LogLevel.Warning, "Accounts in which something is due could not be swept.")]
    private partial void LogSweepFailed(Exception exception);
}
