using Npgsql;
using Orleans.Storage;

namespace Ax2.Tests.Outages;

/// <summary>A grain that throws what grains meet.</summary>
[Alias("ax2.tests.IFaultyGrain")]
public interface IFaultyGrain : IGrainWithStringKey
{
    [Alias("Throw")]
    Task Throw(string kind);

    [Alias("ThrowInAnother")]
    Task ThrowInAnother(string kind);

    [Alias("Stream")]
    IAsyncEnumerable<int> Stream(int count, string kind);
}

public sealed class FaultyGrain : Grain, IFaultyGrain
{
    public async Task Throw(string kind)
    {
        await Task.Yield();
        throw kind switch
        {
            "admin_shutdown" => new PostgresException("terminating connection", "FATAL", "FATAL", "57P01"),
            "connection" => new NpgsqlException("Failed to connect", new IOException("reset")),
            "disk_full" => new IOException("Full.", new IOException("No space left on device", 28)),
            "read_only" => new IOException("Read-only file system", 30),
            "data" => new PostgresException("duplicate key", "ERROR", "ERROR", "23505"),
            "conflict" => new InconsistentStateException("Another wrote."),
            "rejected" => new WriteRejectedException("Known."),
            "unknown" => new NobodyKnowsMeException("what happened", new NpgsqlException("why")),
            _ => new InvalidOperationException(kind),
        };
    }

    public Task ThrowInAnother(string kind) => GrainFactory.GetGrain<IFaultyGrain>("another").Throw(kind);

    public async IAsyncEnumerable<int> Stream(int count, string kind)
    {
        for (var i = 0; i < count; i++)
        {
            yield return i;
        }

        await Throw(kind);
    }

    private sealed class NobodyKnowsMeException(string message, Exception inner) : Exception(message, inner);
}
