
namespace Ax2.Users;

/// <summary>
/// The browsers that signed in to an account. Key: <see cref="EmailAddress.GrainKey"/>. Not for the API. A token does
/// not sign in; it decides against whom wrong passwords are counted.
/// </summary>
[Alias("ax2.IKnownDevices")]
public interface IKnownDevicesGrain : IGrainWithStringKey
{
    [Alias("Knows")]
    Task<bool> Knows(string token);

    /// <summary>
    /// Answers the same token when it is known, else a new one, so that a client cannot choose a trusted token.
    /// </summary>
    [Alias("Remember")]
    Task<string> Remember(string token);

    /// <summary>Deletes the list, for a deleted account. Idempotent.</summary>
    [Alias("Forget")]
    Task Delete();
}

public sealed class KnownDevicesGrain(
    [StoredState("known-devices")] StoredState<KnownDevicesState> state,
    TimeProvider time) : Grain, IKnownDevicesGrain
{
    /// <summary>The least recently used one is removed.</summary>
    private const int MaxDevices = 20;

    /// <summary>The precision of the last sign-in: not every sign-in is written.</summary>
    private static readonly TimeSpan UseStep = TimeSpan.FromDays(1);

    private IGrainTimer? _deactivation;

    public Task<bool> Knows(string token)
    {
        if (!state.Exists)
        {
            // A flood of invented accounts must not fill the memory.
            _deactivation ??= this.DeactivateAfterDelay();
        }

        return Task.FromResult(Find(Hash(token)) is not null);
    }

    public Task Delete() => state.ClearAsync();

    public async Task<string> Remember(string token)
    {
        var now = time.GetUtcNow();
        var known = Find(Hash(token));
        if (known is not null && now - known.SignedInAt < UseStep)
        {
            return token;
        }

        var kept = known is null ? SecretToken.Create() : token;
        var others = Valid().Where(device => device != known).OrderByDescending(device => device.SignedInAt);
        await state.UpdateAsync(_ => new KnownDevicesState
        {
            Devices = [new KnownDevice(Hash(kept), now), .. others.Take(MaxDevices - 1)],
        });
        return kept;
    }

    private KnownDevice? Find(string hash) => Valid().FirstOrDefault(device => device.Hash == hash);

    private IEnumerable<KnownDevice> Valid()
    {
        var oldest = time.GetUtcNow() - Device.TokenLife;
        return state.Value.Devices.Where(device => device.SignedInAt > oldest);
    }

    private static string Hash(string token) => SecretToken.GrainKey("device", token);
}

/// <summary>Stored as JSON; replaced, never changed in place.</summary>
public sealed record KnownDevicesState
{
    /// <summary>Version of this shape; readers accept every older one.</summary>
    public int V { get; init; } = 1;
    public IReadOnlyList<KnownDevice> Devices { get; init; } = [];
}

public sealed record KnownDevice(string Hash, DateTimeOffset SignedInAt);
