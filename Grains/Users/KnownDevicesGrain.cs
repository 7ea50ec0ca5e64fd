
namespace Ax2.Users;

/// <summary>
/// The browsers that signed in to an account. Key: <see cref="EmailAddress.GrainKey"/>. Only silos know it. A token
/// signs nobody in; it says whom wrong passwords are counted against.
/// </summary>
[Alias("ax2.IKnownDevices")]
public interface IKnownDevices : IGrainWithStringKey
{
    [Alias("Knows")]
    Task<bool> Knows(string token);

    /// <summary>
    /// Answers the same token when it is known, else a new one: nobody can make up what will be trusted.
    /// </summary>
    [Alias("Remember")]
    Task<string> Remember(string token);

    /// <summary>The account is gone.</summary>
    [Alias("Forget")]
    Task Forget();
}

public sealed class KnownDevicesGrain(
    [StoredState("known-devices")] StoredState<KnownDevicesState> state,
    TimeProvider time) : Grain, IKnownDevices
{
    /// <summary>The one not used for longest goes.</summary>
    private const int MaxDevices = 20;

    /// <summary>The last sign-in is not worth a write more exact than this.</summary>
    private static readonly TimeSpan UseStep = TimeSpan.FromDays(1);

    private IGrainTimer? _leaving;

    public Task<bool> Knows(string token)
    {
        if (!state.Exists)
        {
            // Made-up accounts are to take no memory.
            _leaving ??= this.LeaveSoon();
        }

        return Task.FromResult(Find(Hash(token)) is not null);
    }

    public Task Forget() => state.ClearAsync();

    public async Task<string> Remember(string token)
    {
        var now = time.GetUtcNow();
        var known = Find(Hash(token));
        if (known is not null && now - known.SignedInAt < UseStep)
        {
            return token;
        }

        var kept = known is null ? SecretToken.Create() : token;
        var others = Live().Where(device => device != known).OrderByDescending(device => device.SignedInAt);
        await state.UpdateAsync(_ => new KnownDevicesState
        {
            Devices = [new KnownDevice(Hash(kept), now), .. others.Take(MaxDevices - 1)],
        });
        return kept;
    }

    private KnownDevice? Find(string hash) => Live().FirstOrDefault(device => device.Hash == hash);

    private IEnumerable<KnownDevice> Live()
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
