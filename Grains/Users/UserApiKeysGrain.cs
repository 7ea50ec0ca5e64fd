using System.Collections.Immutable;

namespace Ax2.Users;

/// <summary>The half of a user's API keys that only silos know. Key: the user id.</summary>
[Alias("ax2.IUserApiKeyRecords")]
public interface IUserApiKeyRecords : IGrainWithGuidKey
{
    /// <summary>Clears the list and every key on it.</summary>
    [Alias("Erase")]
    Task Erase();
}

/// <summary>
/// Knows which API keys a user has; what they are, they know themselves. It calls keys, they never call it.
/// </summary>
public sealed class UserApiKeysGrain(
    [StoredState("user-api-keys")] StoredState<UserApiKeysState> state,
    SecurityLog securityLog,
    TimeProvider time) : Grain, IUserApiKeysGrain, IUserApiKeyRecords
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
        [.. (await Working()).Select(key => key.View).OrderByDescending(key => key.CreatedAt)];

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
            await old.Record.EndBy(time.GetUtcNow() + overlap);
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
        await Keep([.. state.Value.Keys.Where(known => known != key.GrainKey)]);
        return true;
    }

    public async Task<int> RevokeAll(Device device)
    {
        ArgumentNullException.ThrowIfNull(device);
        var working = await Working();
        await Task.WhenAll(working.Select(key => End(key, device)));
        await Keep([]);
        return working.Count;
    }

    public async Task Erase()
    {
        await Keep([]);
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
        var working = await Working();
        if (working.Count >= MaxKeys)
        {
            return Refused(ApiKeyRefusals.TooMany, $"There are {MaxKeys} API keys already: revoke one first.");
        }

        var now = time.GetUtcNow();
        var (token, shown) = ApiKeyToken.Create();
        var grainKey = ApiKeyToken.GrainKey(token)!;
        // Listed first: a fault in between leaves an entry without a key, never a key that nobody can revoke.
        await Keep([.. working.Select(key => key.GrainKey), grainKey]);
        var info = new ApiKeyInfo(
            Guid.CreateVersion7(now), this.GetPrimaryKey(), command.WorkspaceId,
            [.. command.Scopes.Distinct()], now + command.Lifetime);
        var record = GrainFactory.GetGrain<IApiKeyRecord>(grainKey);
        await record.Open(info, command.Name.Trim(), shown);
        await securityLog.Record(
            info.UserId, "api_key_create", device, new { keyId = info.KeyId, scopes = info.Scopes, replaced });
        return new ApiKeyAnswer(token, await record.Describe(), null);
    }

    private async Task End(WorkingKey key, Device device)
    {
        await key.Record.Erase();
        await securityLog.Record(
            this.GetPrimaryKey(), "api_key_revoke", device, new { keyId = key.View.KeyId });
    }

    private async Task<WorkingKey?> Find(Guid keyId) =>
        (await Working()).FirstOrDefault(key => key.View.KeyId == keyId);

    private async Task<List<WorkingKey>> Working()
    {
        var keys = await Task.WhenAll(state.Value.Keys.Select(async grainKey =>
        {
            var record = GrainFactory.GetGrain<IApiKeyRecord>(grainKey);
            return await record.Describe() is { } view ? new WorkingKey(grainKey, record, view) : null;
        }));
        return [.. keys.OfType<WorkingKey>()];
    }

    /// <summary>What is off the list is nowhere.</summary>
    private async Task Keep(IReadOnlyList<string> grainKeys)
    {
        await Task.WhenAll(state.Value.Keys.Except(grainKeys)
            .Select(key => GrainFactory.GetGrain<IApiKeyRecord>(key).Erase()));
        await state.UpdateAsync(_ => new UserApiKeysState { Keys = grainKeys });
    }

    private static ApiKeyAnswer Refused(string code, string message) => new(null, null, new Refusal(code, message));

    private sealed record WorkingKey(string GrainKey, IApiKeyRecord Record, ApiKeyView View);
}

/// <summary>Stored as JSON; replaced, never changed in place.</summary>
[Confidential]
public sealed record UserApiKeysState
{
    /// <summary>Version of this shape; readers accept every older one.</summary>
    public int V { get; init; } = 1;

    /// <summary>The grain keys of every working API key of the user, and some that do not work any more.</summary>
    public IReadOnlyList<string> Keys { get; init; } = [];
}
