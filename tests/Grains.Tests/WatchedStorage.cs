using System.Collections.Concurrent;
using Microsoft.Extensions.DependencyInjection;
using Orleans.Runtime;
using Orleans.Storage;

namespace Ax2;

/// <summary>
/// The default grain storage of the tests: it counts reads and writes, and delays or fails one on request.
/// </summary>
public sealed class WatchedStorage : IGrainStorage
{
    public const string Inner = "memory";

    private readonly ConcurrentDictionary<GrainId, int> _reads = [];
    private readonly ConcurrentDictionary<GrainId, int> _writes = [];
    private readonly ConcurrentDictionary<GrainId, bool> _failing = [];
    private readonly ConcurrentDictionary<GrainId, bool> _full = [];
    private readonly ConcurrentDictionary<GrainId, bool> _losingReplies = [];
    private readonly ConcurrentDictionary<GrainId, bool> _failingClears = [];
    private readonly ConcurrentDictionary<GrainId, bool> _unreadable = [];
    private readonly ConcurrentDictionary<GrainId, Exception> _away = [];
    private readonly ConcurrentDictionary<GrainId, HeldWrite> _held = [];
    private IGrainStorage? _inner;

    /// <summary>One for each activation that read its state.</summary>
    public int ReadsOf(IAddressable grain) => _reads.GetValueOrDefault(grain.GetGrainId());

    /// <summary>Attempts, failed ones included.</summary>
    public int WritesOf(IAddressable grain) => _writes.GetValueOrDefault(grain.GetGrainId());

    /// <summary>The next write of the grain throws an <see cref="IOException"/> and stores nothing.</summary>
    public void FailNextWriteOf(IAddressable grain) => _failing[grain.GetGrainId()] = true;

    /// <summary>From now on writes of the grain find no space.</summary>
    public void Fill(IAddressable grain) => _full[grain.GetGrainId()] = true;

    public void Free(IAddressable grain) => _full.TryRemove(grain.GetGrainId(), out _);

    /// <summary>The next write of the grain is stored, and throws an <see cref="IOException"/> all the same.</summary>
    public void LoseNextReplyTo(IAddressable grain) => _losingReplies[grain.GetGrainId()] = true;

    /// <summary>The next write of the grain waits until it is released or failed.</summary>
    public HeldWrite HoldNextWriteOf(IAddressable grain) => _held[grain.GetGrainId()] = new HeldWrite();

    /// <summary>The next time that the grain clears its row, an <see cref="IOException"/> comes of it.</summary>
    public void FailNextClearOf(IAddressable grain) => _failingClears[grain.GetGrainId()] = true;

    /// <summary>The row of the grain cannot be read until it is cleared.</summary>
    public void MakeUnreadable(IAddressable grain) => _unreadable[grain.GetGrainId()] = true;

    /// <summary>Until <see cref="Return"/> the row of the grain cannot be read for an outage.</summary>
    /// <param name="grain">Whose row it is.</param>
    /// <param name="fault">Each read ends with it. Default: an outage of the store.</param>
    public void TakeAway(IAddressable grain, Exception? fault = null) => _away[grain.GetGrainId()] =
        fault ?? new StorageFaultException("storage_unavailable", "A scripted outage.");

    public void Return(IAddressable grain) => _away.TryRemove(grain.GetGrainId(), out _);

    /// <summary>Writes the row of a grain as another activation of it would, past the one that lives.</summary>
    public async Task Overwrite<T>(IAddressable grain, string stateName, Func<T, T> change)
        where T : new()
    {
        var row = new GrainState<T>(new T());
        await _inner!.ReadStateAsync(stateName, grain.GetGrainId(), row);
        row.State = change(row.State!);
        await _inner.WriteStateAsync(stateName, grain.GetGrainId(), row);
    }

    /// <summary>What is stored.</summary>
    public async Task<T> Read<T>(IAddressable grain, string stateName)
        where T : new()
    {
        var row = new GrainState<T>(new T());
        await _inner!.ReadStateAsync(stateName, grain.GetGrainId(), row);
        return row.State!;
    }

    public async Task ReadStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState)
    {
        _reads.AddOrUpdate(grainId, 1, (_, reads) => reads + 1);
        if (_away.TryGetValue(grainId, out var outage))
        {
            throw outage;
        }

        await _inner!.ReadStateAsync(stateName, grainId, grainState);
        if (_unreadable.ContainsKey(grainId))
        {
            var fault = new InvalidDataException("A scripted fault of a row.");
            grainState.State = grainState.State is IUnreadableState<T> state ? state.Unreadable(fault) : throw fault;
        }
    }

    public async Task WriteStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState)
    {
        _writes.AddOrUpdate(grainId, 1, (_, writes) => writes + 1);
        if (_failing.TryRemove(grainId, out _))
        {
            throw new IOException("A scripted fault of a write.");
        }

        if (_full.ContainsKey(grainId))
        {
            throw new StorageFaultException(NoSpace.Code, "A scripted want of space.");
        }

        if (_held.TryRemove(grainId, out var held))
        {
            await held.PassAsync();
        }

        await _inner!.WriteStateAsync(stateName, grainId, grainState);
        if (_losingReplies.TryRemove(grainId, out _))
        {
            throw new IOException("The reply to this write was lost.");
        }
    }

    public async Task ClearStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState)
    {
        if (_failingClears.TryRemove(grainId, out _))
        {
            throw new IOException("A scripted fault of a clear.");
        }

        await _inner!.ClearStateAsync(stateName, grainId, grainState);
        _unreadable.TryRemove(grainId, out _);
    }

    /// <summary>A write that has begun and not ended.</summary>
    public sealed class HeldWrite
    {
        private readonly TaskCompletionSource _begun = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private readonly TaskCompletionSource _released = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public Task Begun => _begun.Task;

        public void Release() => _released.SetResult();

        /// <summary>It throws, and stores nothing.</summary>
        public void Fail() => _released.SetException(new IOException("A scripted fault of a write."));

        internal Task PassAsync()
        {
            _begun.SetResult();
            return _released.Task;
        }
    }

    internal WatchedStorage Over(IServiceProvider services)
    {
        _inner = services.GetRequiredKeyedService<IGrainStorage>(Inner);
        return this;
    }
}
