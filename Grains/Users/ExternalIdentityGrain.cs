using System.Security.Cryptography;
using System.Text;

namespace Ax2.Users;

/// <summary>Whose account an identity at a sign-in provider belongs to. Not for the API.</summary>
[Alias("ax2.IExternalIdentity")]
public interface IExternalIdentityGrain : IGrainWithStringKey
{
    [Alias("GetOwner")]
    Task<Guid?> GetOwner();

    /// <summary>Claims the identity for a user. Answers the owner after the call.</summary>
    [Alias("Claim")]
    Task<Guid> Claim(Guid userId);

    /// <summary>Releases the identity. Does nothing when it is not the user's.</summary>
    [Alias("Release")]
    Task Release(Guid userId);
}

public sealed class ExternalIdentityGrain(
    [StoredState("external-identity")] StoredState<ExternalIdentityState> state) : Grain, IExternalIdentityGrain
{
    /// <summary>
    /// <c>oidc-</c> and the SHA-256 of issuer and subject: a subject means nothing without its issuer.
    /// </summary>
    internal static string GrainKey(OidcIdentity identity) => "oidc-" + Convert.ToHexStringLower(
        SHA256.HashData(Encoding.UTF8.GetBytes($"{identity.Issuer}\n{identity.Subject}")));

    public Task<Guid?> GetOwner() => Task.FromResult(state.Value.UserId);

    public async Task<Guid> Claim(Guid userId)
    {
        if (state.Value.UserId is { } owner)
        {
            return owner;
        }

        await state.UpdateAsync(_ => new ExternalIdentityState { UserId = userId });
        return userId;
    }

    public Task Release(Guid userId) => state.Value.UserId == userId ? state.ClearAsync() : Task.CompletedTask;
}

/// <summary>Stored as JSON; replaced, never changed in place.</summary>
[Confidential]
public sealed record ExternalIdentityState
{
    /// <summary>Version of this shape; readers accept every older one.</summary>
    public int V { get; init; } = 1;
    public Guid? UserId { get; init; }
}
