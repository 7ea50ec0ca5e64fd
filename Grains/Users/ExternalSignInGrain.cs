using System.Buffers.Text;
using System.Collections.Immutable;
using System.Security.Cryptography;
using System.Text;
using Microsoft.Extensions.Logging;
using Orleans.Concurrency;

namespace Ax2.Users;

[StatelessWorker, Reentrant]
public sealed partial class ExternalSignInGrain(
    IOidcClient client,
    SecurityLog securityLog,
    TimeProvider time,
    ILogger<ExternalSignInGrain> logger) : Grain, IExternalSignInGrain
{
    private const string Method = "oidc";

    public Task<ImmutableArray<OidcProvider>> GetProviders() => Task.FromResult(client.Providers);

    public async Task<ExternalStart?> Begin(string provider, Guid? linkTo)
    {
        if (!client.Providers.Any(known => known.Name == provider))
        {
            return null;
        }

        var state = SecretToken.Create();
        var flow = new ExternalFlow(
            provider, SecretToken.Create(), SecretToken.Create(), SecretToken.Create(), linkTo);
        await Flow(state).Begin(flow);
        var challenge = Base64Url.EncodeToString(SHA256.HashData(Encoding.ASCII.GetBytes(flow.CodeVerifier)));
        try
        {
            var url = await client.GetAuthorizeUrlAsync(
                provider, new OidcRequest(state, flow.Nonce, challenge), CancellationToken.None);
            return new ExternalStart(url.AbsoluteUri, flow.Binding);
        }
        catch (OidcException failure)
        {
            LogFailure(provider, failure);
            return new ExternalStart(null, flow.Binding);
        }
    }

    public async Task<SignInAnswer> Complete(ExternalReturn back, Device device)
    {
        ArgumentNullException.ThrowIfNull(back);
        var flow = await Flow(back.State).Redeem(back.Binding);
        if (flow is null || flow.Provider != back.Provider || back.Code is null)
        {
            return await Fail(back.Provider, device);
        }

        OidcIdentity identity;
        try
        {
            identity = await client.RedeemAsync(
                flow.Provider,
                new OidcRedemption(back.Code, back.State, back.Issuer, flow.Nonce, flow.CodeVerifier),
                CancellationToken.None);
        }
        catch (OidcException failure)
        {
            LogFailure(flow.Provider, failure);
            return await Fail(back.Provider, device);
        }

        return flow.LinkTo is { } session
            ? await Link(identity, flow.Provider, session, device)
            : await SignIn(identity, flow.Provider, device);
    }

    private async Task<SignInAnswer> SignIn(OidcIdentity identity, string provider, Device device)
    {
        if (await Identity(identity).GetOwner() is { } owner
            && await GrainFactory.GetGrain<IUserGrain>(owner).GetProfile() is { } known)
        {
            return await Proceed(known, device);
        }

        if (identity.VerifiedEmail is null || EmailAddress.Normalize(identity.VerifiedEmail) is not { } email)
        {
            return Refused(
                ExternalRefusals.EmailUnverified, "The provider does not vouch for an e-mail address of yours.");
        }

        // The address does not sign in to an existing account: its user signs in first, and links the provider.
        if (await GrainFactory.GetGrain<IEmailAddressGrain>(EmailAddress.GrainKey(email)).GetOwner() is not null)
        {
            return Exists();
        }

        return await Register(identity, email, provider, device) is { } profile
            ? await Proceed(profile, device)
            : Exists();
    }

    /// <summary>The account gets a random password that nobody knows.</summary>
    private async Task<UserProfile?> Register(OidcIdentity identity, string email, string provider, Device device)
    {
        var user = GrainFactory.GetGrain<IInternalUserGrain>(Guid.CreateVersion7(time.GetUtcNow()));
        var answer = await user.RegisterVerified(
            new RegisterUser(email, SecretToken.Create(), identity.Name, Device: device));
        if (answer.Profile is not { } profile || !await Claim(identity, profile.UserId))
        {
            return null;
        }

        await securityLog.Record(profile.UserId, "external_link", device, new { provider });
        return profile;
    }

    private async Task<SignInAnswer> Link(OidcIdentity identity, string provider, Guid session, Device device)
    {
        // The session may have ended meanwhile.
        if (await GrainFactory.GetGrain<ISessionGrain>(session).Get() is not { } caller
            || await GrainFactory.GetGrain<IUserGrain>(caller.UserId).GetProfile() is not { } profile)
        {
            return await Fail(provider, device);
        }

        if (identity.VerifiedEmail is null)
        {
            return Refused(
                ExternalRefusals.EmailUnverified, "The provider does not vouch for an e-mail address of yours.");
        }

        if (EmailAddress.Normalize(identity.VerifiedEmail) != profile.Email
            || !await Claim(identity, profile.UserId))
        {
            return Refused(ExternalRefusals.NotYours, "This identity does not belong to your account.");
        }

        await securityLog.Record(profile.UserId, "external_link", device, new { provider });
        return new SignInAnswer(null, profile, null, null);
    }

    /// <summary>The user's state has the identity first, so that an erasure finds every one.</summary>
    private async Task<bool> Claim(OidcIdentity identity, Guid userId)
    {
        await GrainFactory.GetGrain<IInternalUserGrain>(userId).AddIdentity(ExternalIdentityGrain.GrainKey(identity));
        return await Identity(identity).Claim(userId) == userId;
    }

    private Task<SignInAnswer> Proceed(UserProfile profile, Device device) =>
        GrainFactory.GetGrain<IInternalSignInGrain>(0).Proceed(profile, Method, device);

    private async Task<SignInAnswer> Fail(string provider, Device device)
    {
        await securityLog.Record(SecurityLog.Nobody, "sign_in_failed", $"provider/{provider}", device);
        return Refused(ExternalRefusals.Failed, "The sign-in at the provider did not work. Try again.");
    }

    private IExternalFlowGrain Flow(string state) =>
        GrainFactory.GetGrain<IExternalFlowGrain>(SecretToken.GrainKey(ExternalFlowGrain.Kind, state));

    private IExternalIdentityGrain Identity(OidcIdentity identity) =>
        GrainFactory.GetGrain<IExternalIdentityGrain>(ExternalIdentityGrain.GrainKey(identity));

    private static SignInAnswer Exists() => Refused(
        ExternalRefusals.AccountExists, "There is an account with this e-mail address. Sign in to it first.");

    private static SignInAnswer Refused(string code, string message) =>
        new(null, null, null, new Refusal(code, message));

    [LoggerMessage(2502, LogLevel.Warning, "The sign-in at {Provider} failed.")]
    private partial void LogFailure(string provider, Exception failure);
}
