namespace Ax2.Users;

/// <summary>What only other grains may ask of an API key: a user's list of keys writes it.</summary>
[Alias("ax2.IApiKeyRecord")]
public interface IInternalApiKeyGrain : IGrainWithStringKey
{
    [Alias("Open")]
    Task Open(ApiKeyInfo info, string name, string prefix);

    /// <summary>Null when the key has expired or was revoked.</summary>
    [Alias("Describe")]
    Task<ApiKeyView?> Describe();

    /// <summary>The key expires at this time, unless it expires before.</summary>
    [Alias("EndBy")]
    Task EndBy(DateTimeOffset end);

    /// <summary>Deletes what is stored: the key is no longer valid. Idempotent.</summary>
    [Alias("Erase")]
    Task Delete();
}

public sealed class ApiKeyGrain(
    [StoredState("api-key")] StoredState<ApiKeyState> state,
    TimeProvider time) : Grain, IApiKeyGrain, IInternalApiKeyGrain
{
    /// <summary>The precision of the last use: not every use is written.</summary>
    private static readonly TimeSpan UseStep = TimeSpan.FromMinutes(10);

    private IGrainTimer? _deactivation;

    private ApiKeyState Key => state.Value;

    private bool IsActive => state.Exists && time.GetUtcNow() < Key.ExpiresAt;

    public async Task<ApiKeyInfo?> Verify()
    {
        if (!IsActive)
        {
            // A flood of invented keys must not fill the memory.
            _deactivation ??= this.DeactivateAfterDelay();
            return null;
        }

        var now = time.GetUtcNow();
        if (Key.LastUsedAt is not { } last || now - last >= UseStep)
        {
            await state.UpdateAsync(key => key with { LastUsedAt = now });
        }

        return new ApiKeyInfo(Key.KeyId, Key.UserId, Key.WorkspaceId, [.. Key.Scopes], Key.ExpiresAt);
    }

    public async Task Open(ApiKeyInfo info, string name, string prefix)
    {
        ArgumentNullException.ThrowIfNull(info);
        if (state.Exists)
        {
            throw new InvalidOperationException("This API key was made before.");
        }

        await state.UpdateAsync(_ => new ApiKeyState
        {
            KeyId = info.KeyId,
            UserId = info.UserId,
            WorkspaceId = info.WorkspaceId,
            Scopes = info.Scopes,
            Name = name,
            Prefix = prefix,
            CreatedAt = time.GetUtcNow(),
            ExpiresAt = info.ExpiresAt,
        });
    }

    public Task<ApiKeyView?> Describe() => Task.FromResult(IsActive
        ? new ApiKeyView(
            Key.KeyId, Key.Name, Key.Prefix, Key.WorkspaceId, [.. Key.Scopes], Key.CreatedAt, Key.ExpiresAt,
            Key.LastUsedAt)
        : null);

    public Task EndBy(DateTimeOffset end) => IsActive && end < Key.ExpiresAt
        ? state.UpdateAsync(key => key with { ExpiresAt = end })
        : Task.CompletedTask;

    public Task Delete() => state.ClearAsync();
}

/// <summary>Stored as JSON; replaced, never changed in place.</summary>
[Confidential]
public sealed record ApiKeyState
{
    /// <summary>Version of this shape; readers accept every older one.</summary>
    public int V { get; init; } = 1;
    public Guid KeyId { get; init; }
    public Guid UserId { get; init; }
    public Guid WorkspaceId { get; init; }
    public IReadOnlyList<string> Scopes { get; init; } = [];
    public string Name { get; init; } = "";
    public string Prefix { get; init; } = "";
    public DateTimeOffset CreatedAt { get; init; }

    /// <summary>A revoked key's lies in the past.</summary>
    public DateTimeOffset ExpiresAt { get; init; }
    public DateTimeOffset? LastUsedAt { get; init; }
}
