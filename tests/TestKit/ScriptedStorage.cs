using Orleans.Core;
using Orleans.Runtime;

namespace Ax2.TestKit;

/// <summary>The storage of one grain in memory, whose writes can be held back, fail, or lose their reply.</summary>
public sealed class ScriptedStorage<T>(T first) : IPersistentState<T>
{
    private readonly T _first = first;

    /// <summary>What a new activation would read.</summary>
    public T Stored { get; set; } = first;

    public T State { get; set; } = first;

    public string? Etag { get; private set; }

    public bool RecordExists { get; private set; }

    public int Writes { get; private set; }

    /// <summary>Runs before a write is stored; what it throws is the fault of a write that stored nothing.</summary>
    public Func<Task> BeforeWrite { get; set; } = () => Task.CompletedTask;

    /// <summary>Runs after a write was stored; what it throws is a reply that was lost.</summary>
    public Func<Task> AfterWrite { get; set; } = () => Task.CompletedTask;

    /// <summary>Runs before the row is removed.</summary>
    public Func<Task> BeforeClear { get; set; } = () => Task.CompletedTask;

    public Task ReadStateAsync()
    {
        State = Stored;
        return Task.CompletedTask;
    }

    public async Task WriteStateAsync()
    {
        var next = State;
        Writes++;
        await BeforeWrite();
        (Stored, RecordExists) = (next, true);
        await AfterWrite();
    }

    public async Task ClearStateAsync()
    {
        await BeforeClear();
        (Stored, State, RecordExists) = (_first, _first, false);
    }

    public Task ReadStateAsync(CancellationToken cancellationToken) => ReadStateAsync();

    public Task WriteStateAsync(CancellationToken cancellationToken) => WriteStateAsync();

    public Task ClearStateAsync(CancellationToken cancellationToken) => ClearStateAsync();
}
