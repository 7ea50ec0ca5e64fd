using System.Collections.Immutable;

namespace Ax2.Users;

/// <summary>What only other grains may ask of a user's API keys. Key: the user id.</summary>
[Alias("ax2.IUserApiKeyRecords")]
public interface IInternalUserApiKeysGrain : IGrainWithGuidKey
{
    /// <summary>Deletes the list and every key on it. Idempotent.</summary>
    [Alias("Erase")]
    Task Delete();
}

/// <summary>
/// The keys of the API key grains of a user, which hold everything else. It calls them; they never call it.
/// </summary>
public sealed class UserApiKeysGrain(
    [StoredState("user-api-keys")] StoredState<UserApiKeysState> state,
    SecurityLog securityLog,
    TimeProvider time) : Grain, IUserApiKeysGrain, IInternalUserApiKeysGrain
{
    private const int MaxKeys = 20;
    private const int MaxNameLength = 100;
    private static readonly TimeSpan MinLifetime = TimeSpan.FromDays(1);
    private static readonly TimeSpan MaxLifetime = TimeSpan.FromDays(366);
    private static readonly TimeSpan MaxOverlap = TimeSpan.FromDays(30);

    public async Task<ApiKeyAnswer> Create(CreateApiKey command, Device device)
    {
        ArgumentNullException.ThrowIfNull(command);
        ArgumentNullException.ThrowIfNull(device);
        return Check(command) is { } refusal
            ? new ApiKeyAnswer(null, null, refusal)
            : await Make(command, null, device);
    }

    public async Task<ImmutableArray<ApiKeyView>> List() =>
        [.. (await ActiveKeys()).Select(key => key.View).OrderByDescending(key => key.CreatedAt)];

    public async Task<ApiKeyAnswer> Rotate(Guid keyId, TimeSpan overlap, Device device)
    {
        ArgumentNullException.ThrowIfNull(device);
        if (overlap < TimeSpan.Zero || overlap > MaxOverlap)
        {
            return Refused(ApiKeyRefusals.OverlapInvalid, $"The overlap is at most {MaxOverlap.Days} days.");
        }

        if (await Find(keyId) is not { } old)
        {
            return Refused(ApiKeyRefusals.Unknown, "There is no such API key.");
        }

        var lifetime = old.View.ExpiresAt - old.View.CreatedAt;
        var command = new CreateApiKey(old.View.WorkspaceId, old.View.Name, old.View.Scopes, lifetime);
        var answer = await Make(command, keyId, device);
        if (answer.Refusal is null)
        {
            await old.Grain.EndBy(time.GetUtcNow() + overlap);
        }

        return answer;
    }

    public async Task<bool> Revoke(Guid keyId, Device device)
    {
        ArgumentNullException.ThrowIfNull(device);
        if (await Find(keyId) is not { } key)
        {
            return false;
        }

        await End(key, device);
        await SetKeys([.. state.Value.Keys.Where(known => known != key.GrainKey)]);
        return true;
    }

    public async Task<int> RevokeAll(Device device)
    {
        ArgumentNullException.ThrowIfNull(device);
        var active = await ActiveKeys();
        await Task.WhenAll(active.Select(key => End(key, device)));
        await SetKeys([]);
        return active.Count;
    }

    public async Task Delete()
    {
        await SetKeys([]);
        await state.ClearAsync();
    }

    private static Refusal? Check(CreateApiKey command)
    {
        if (command.Name.Trim().Length is 0 or > MaxNameLength || command.Name.Any(char.IsControl))
        {
            return new Refusal(ApiKeyRefusals.NameInvalid, $"A name has 1 to {MaxNameLength} characters.");
        }

        if (command.Scopes.IsDefaultOrEmpty || command.Scopes.Any(scope => !ApiKeyScopes.All.Contains(scope)))
        {
            return new Refusal(
                ApiKeyRefusals.ScopesInvalid, $"The scopes are some of {string.Join(", ", ApiKeyScopes.All)}.");
        }

        return command.Lifetime < MinLifetime || command.Lifetime > MaxLifetime
            ? new Refusal(ApiKeyRefusals.LifetimeInvalid, $"A key lives 1 to {MaxLifetime.Days} days.")
            : null;
    }

    private async Task<ApiKeyAnswer> Make(CreateApiKey command, Guid? replaced, Device device)
    {
        var active = await ActiveKeys();
        if (active.Count >= MaxKeys)
        {
            return Refused(ApiKeyRefusals.TooMany, $"There are {MaxKeys} API keys already: revoke one first.");
        }

        var now = time.GetUtcNow();
        var (token, shown) = ApiKeyToken.Create();
        var grainKey = ApiKeyToken.GrainKey(token)!;
        // Listed first: after a crash there may be an entry without a key, but no key that cannot be revoked.
        await SetKeys([.. active.Select(key => key.GrainKey), grainKey]);
        var info = new ApiKeyInfo(
            Guid.CreateVersion7(now), this.GetPrimaryKey(), command.WorkspaceId,
            [.. command.Scopes.Distinct()], now + command.Lifetime);
        var grain = GrainFactory.GetGrain<IInternalApiKeyGrain>(grainKey);
        await grain.Open(info, command.Name.Trim(), shown);
        await securityLog.Record(
            info.UserId, "api_key_create", device, new { keyId = info.KeyId, scopes = info.Scopes, replaced });
        return new ApiKeyAnswer(token, await grain.Describe(), null);
    }

    private async Task End(ActiveKey key, Device device)
    {
        await key.Grain.Delete();
        await securityLog.Record(
            this.GetPrimaryKey(), "api_key_revoke", device, new { keyId = key.View.KeyId });
    }

    private async Task<ActiveKey?> Find(Guid keyId) =>
        (await ActiveKeys()).FirstOrDefault(key => key.View.KeyId == keyId);

    private async Task<List<ActiveKey>> ActiveKeys()
    {
        var keys = await Task.WhenAll(state.Value.Keys.Select(async grainKey =>
        {
            var grain = GrainFactory.GetGrain<IInternalApiKeyGrain>(grainKey);
            return await grain.Describe() is { } view ? new ActiveKey(grainKey, grain, view) : null;
        }));
        return [.. keys.OfType<ActiveKey>()];
    }

    /// <summary>Deletes the keys that are not on the new list.</summary>
    private async Task SetKeys(IReadOnlyList<string> grainKeys)
    {
        await Task.WhenAll(state.Value.Keys.Except(grainKeys)
            .Select(key => GrainFactory.GetGrain<IInternalApiKeyGrain>(key).Delete()));
        await state.UpdateAsync(_ => new UserApiKeysState { Keys = grainKeys });
    }

    private static ApiKeyAnswer Refused(string code, string message) => new(null, null, new Refusal(code, message));

    private sealed record ActiveKey(string GrainKey, IInternalApiKeyGrain Grain, ApiKeyView View);
}

/// <summary>Stored as JSON; replaced, never changed in place.</summary>
[Confidential]
public sealed record UserApiKeysState
{
    /// <summary>Version of this shape; readers accept every older one.</summary>
    public int V { get; init; } = 1;

    /// <summary>The grain keys of every active API key of the user, and of some that are not active.</summary>
    public IReadOnlyList<string> Keys { get; init; } = [];
}
