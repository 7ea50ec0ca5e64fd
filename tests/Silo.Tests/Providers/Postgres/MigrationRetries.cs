using Ax2.Postgres;
using Microsoft.Extensions.Logging;

namespace Ax2.Tests.Postgres;

/// <summary>Counts how often a script met a lock of others.</summary>
internal sealed class MigrationRetries : ILogger<Migrator>
{
    private const int TriedAgain = 5003;
    private int count;

    public int Count => count;

    public TaskCompletionSource Second { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull => null;

    public bool IsEnabled(LogLevel logLevel) => true;

    public void Log<TState>(
        LogLevel logLevel, EventId eventId, TState state, Exception? exception,
        Func<TState, Exception?, string> formatter)
    {
        if (eventId.Id == TriedAgain && Interlocked.Increment(ref count) == 2)
        {
            Second.SetResult();
        }
    }
}
