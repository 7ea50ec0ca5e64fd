using System.Collections.Immutable;
using Ax2.Limits;
using Orleans.Concurrency;

namespace Ax2.Users;

/// <summary>What only other grains may ask of a sign-in: the caller has verified who the user is.</summary>
[Alias("ax2.IProvedSignIn")]
public interface IInternalSignInGrain : IGrainWithIntegerKey
{
    /// <summary>Asks for the second factor where there is one, else opens the session.</summary>
    [Alias("Proceed")]
    Task<SignInAnswer> Proceed(UserProfile profile, string method, Device device);
}

[StatelessWorker, Reentrant]
public sealed class SignInGrain(SecurityLog securityLog, SignInGuard guard) : Grain, ISignInGrain, IInternalSignInGrain
{
    public async Task<SignInAnswer> WithPassword(
        string email, string password, Device device, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(email);
        var normalized = EmailAddress.Normalize(email);
        var emailKey = EmailAddress.GrainKey(normalized ?? "");
        var attempt = await guard.Begin(emailKey, device);
        if (attempt.Refusal is { } wait)
        {
            await securityLog.Record(SecurityLog.Nobody, "sign_in_held_up", emailKey, device);
            return new SignInAnswer(null, null, null, wait);
        }

        if (await Check(emailKey, password, attempt, cancellationToken) is not { } profile)
        {
            // The same record for a known and an unknown address, so that the log does not reveal it.
            await securityLog.Record(SecurityLog.Nobody, "sign_in_failed", emailKey, device);
            await guard.WaitOut(attempt);
            return Refused(SignInRefusals.Failed, "The e-mail address or the password is wrong.");
        }

        await attempt.Return();
        return await Proceed(profile, "pwd", device);
    }

    public async Task<SignInAnswer> WithCode(string challenge, string code, Device device)
    {
        ArgumentNullException.ThrowIfNull(code);
        var answer = await Challenge(challenge).Complete(code);
        if (answer.Profile is { } profile)
        {
            return await Open(profile, [answer.Method!, "otp", "mfa"], device);
        }

        if (answer.UserId is { } userId)
        {
            await securityLog.Record(
                SecurityLog.Nobody, "sign_in_code_failed", $"user/{userId}", device,
                new { refusal = answer.Refusal!.Code });
        }

        return new SignInAnswer(null, null, null, answer.Refusal);
    }

    public async Task<SignInAnswer> Proceed(UserProfile profile, string method, Device device)
    {
        ArgumentNullException.ThrowIfNull(profile);
        if (!await GrainFactory.GetGrain<IInternalSecondFactorGrain>(profile.UserId).IsOn())
        {
            return await Open(profile, [method], device);
        }

        var challenge = SecretToken.Create();
        await Challenge(challenge).Begin(profile, method);
        return new SignInAnswer(null, null, challenge, null);
    }

    private async Task<SignInAnswer> Open(UserProfile profile, ImmutableArray<string> methods, Device device)
    {
        var tokens = await GrainFactory.GetGrain<IInternalUserSessionsGrain>(profile.UserId)
            .Open(new OpenSession(profile.UserId, profile.HomeWorkspaceId, methods, device));
        await securityLog.Record(
            profile.UserId, "sign_in", device, new { sessionId = tokens.SessionId, methods });
        var deviceToken = device.Token is { } token
            ? await guard.Remember(EmailAddress.GrainKey(profile.Email), token)
            : null;
        return new SignInAnswer(tokens, profile, null, null, deviceToken);
    }

    /// <summary>A password that nobody looked at was no wrong one.</summary>
    private async Task<UserProfile?> Check(
        string emailKey, string password, SignInAttempt attempt, CancellationToken cancellationToken)
    {
        try
        {
            var user = await FindUser(emailKey);
            return await user.SignIn(password, cancellationToken);
        }
        catch (Exception fault) when (fault is OrleansException or TimeoutException)
        {
            await attempt.Return();
            throw;
        }
    }

    /// <summary>
    /// For an unknown address, a user that does not exist, always the same one: the calls, the reads and the password
    /// check are the same.
    /// </summary>
    private async Task<IUserGrain> FindUser(string emailKey)
    {
        var owner = await GrainFactory.GetGrain<IEmailAddressGrain>(emailKey).GetOwner();
        var user = GrainFactory.GetGrain<IUserGrain>(owner ?? NamedId.Of(emailKey));
        if (owner is null)
        {
            await user.GetProfile();
        }

        return user;
    }

    private ISignInChallengeGrain Challenge(string challenge) => GrainFactory.GetGrain<ISignInChallengeGrain>(
        SecretToken.GrainKey(SignInChallengeGrain.Kind, challenge));

    private static SignInAnswer Refused(string code, string message) =>
        new(null, null, null, new Refusal(code, message));
}
