using System.Data.Common;

namespace Ax2.Outages;

/// <summary>Whether the database answers, for readiness: in <see cref="Timeout"/> and never later.</summary>
public static class DatabaseProbe
{
    public static readonly TimeSpan Timeout = TimeSpan.FromSeconds(1.5);

    /// <summary>Null when it answers, else why not: short, and without addresses and names.</summary>
    public static async Task<string?> FindFaultAsync(
        DbDataSource database, TimeProvider time, CancellationToken cancellationToken)
    {
        using var timeout = new CancellationTokenSource(Timeout, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(timeout.Token, cancellationToken);
        try
        {
            // A command that is cancelled still waits for the server to say so.
            await StorageFaults.ReadAsync(() => AskAsync(database, either.Token)).WaitAsync(either.Token);
            return null;
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return $"no answer within {Timeout.TotalSeconds} s";
        }
        catch (Exception fault) when (fault is DbException || StorageFaults.CodeOf(fault) is not null)
        {
            return StorageFaults.Reason(fault);
        }
    }

    private static async Task<object?> AskAsync(DbDataSource database, CancellationToken cancellationToken)
    {
        await using var command = database.CreateCommand("SELECT 1");
        return await command.ExecuteScalarAsync(cancellationToken);
    }
}
