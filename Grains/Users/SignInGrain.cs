using System.Collections.Immutable;
using Orleans.Concurrency;

namespace Ax2.Users;

[StatelessWorker, Reentrant]
public sealed class SignInGrain(SecurityLog securityLog, TimeProvider time) : Grain, ISignInGrain
{
    public async Task<SignInAnswer> WithPassword(string email, string password, Device device)
    {
        ArgumentNullException.ThrowIfNull(email);
        var normalized = EmailAddress.Normalize(email);
        var emailKey = EmailAddress.GrainKey(normalized ?? "");
        var owner = normalized is null
            ? null
            : await GrainFactory.GetGrain<IEmailAddressGrain>(emailKey).GetOwner();
        // An address that nobody has costs the same password check, against a user that is not there.
        var user = GrainFactory.GetGrain<IUserGrain>(owner ?? Guid.CreateVersion7(time.GetUtcNow()));
        if (await user.SignIn(password) is not { } profile)
        {
            // The same record for a known address and an unknown one: the log tells nobody apart either.
            await securityLog.Record(SecurityLog.Nobody, "sign_in_failed", emailKey, device);
            return Refused(SignInRefusals.Failed, "The e-mail address or the password is wrong.");
        }

        return await Open(profile, ["pwd"], device);
    }

    private async Task<SignInAnswer> Open(UserProfile profile, ImmutableArray<string> methods, Device device)
    {
        var tokens = await GrainFactory.GetGrain<INewUserSession>(profile.UserId)
            .Open(new OpenSession(profile.UserId, profile.HomeWorkspaceId, methods, device));
        await securityLog.Record(
            profile.UserId, "sign_in", device, new { sessionId = tokens.SessionId, methods });
        return new SignInAnswer(tokens, profile, null, null);
    }

    private static SignInAnswer Refused(string code, string message) =>
        new(null, null, null, new Refusal(code, message));
}
