using Orleans.Concurrency;

namespace Ax2.Users;

[StatelessWorker, Reentrant]
public sealed class PasswordRecoveryGrain(SecurityLog securityLog) : Grain, IPasswordRecoveryGrain
{
    public async Task Begin(string email, Device device)
    {
        ArgumentNullException.ThrowIfNull(email);
        if (EmailAddress.Normalize(email) is not { } address)
        {
            return;
        }

        var key = EmailAddress.GrainKey(address);
        // The same record for a known and an unknown address, so that the log does not reveal it.
        await securityLog.Record(SecurityLog.Nobody, "password_reset_ask", key, device);
        if (await GrainFactory.GetGrain<IEmailAddressGrain>(key).GetOwner() is { } owner)
        {
            await GrainFactory.GetGrain<IInternalUserGrain>(owner).SendReset();
        }
    }
}
