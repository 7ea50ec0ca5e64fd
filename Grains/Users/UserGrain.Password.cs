using Ax2.Users.Emails;
using Ax2.Users.Passwords;

namespace Ax2.Users;

/// <summary>The password: changed by the old one, reset by a link.</summary>
public sealed partial class UserGrain
{
    public async Task<Refusal?> ChangePassword(
        string oldPassword, string newPassword, Guid session, Device device, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(newPassword);
        if (await CheckPassword(oldPassword, device, cancellationToken) is { } wrong)
        {
            return wrong;
        }

        return PasswordRules.Check(newPassword, User.Email)
            ?? await SetPassword(newPassword, user => user, session, "password_change", device, cancellationToken);
    }

    public async Task SendReset()
    {
        if (!IsActive || WasJustMailed(User.Reset))
        {
            return;
        }

        var (link, secret) = MailedLink.Create(User.Email, time.GetUtcNow(), options.Value.ResetLifetime);
        await state.UpdateAsync(user => user with { Reset = link });
        await EnqueueLink(EmailKind.Reset, User.Email, secret);
    }

    public async Task<Refusal?> ResetPassword(
        string secret, string newPassword, Device device, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(newPassword);
        if (!IsValid(User.Reset, secret) || User.Reset!.Address != User.Email)
        {
            return AccountRefusals.LinkInvalid();
        }

        if (PasswordRules.Check(newPassword, User.Email) is { } refusal)
        {
            return refusal;
        }

        if (!User.IsEmailVerified)
        {
            await DeleteCredentials(device);
        }

        // The link proves that the user can read the mailbox.
        return await SetPassword(
            newPassword, user => user with { IsEmailVerified = true, Verification = null }, null, "password_reset",
            device, cancellationToken);
    }

    /// <summary>
    /// An address that was never verified may have been registered by somebody other than the owner of the mailbox: no
    /// credential that was created before remains valid.
    /// </summary>
    private async Task DeleteCredentials(Device device)
    {
        await GrainFactory.GetGrain<IUserApiKeysGrain>(Id).RevokeAll(device);
        await GrainFactory.GetGrain<IInternalSecondFactorGrain>(Id).Delete();
    }

    /// <summary>
    /// The sessions end first, the mail is enqueued second and the password is stored last: after a crash in between
    /// the repeated command still finds the old password and the link.
    /// </summary>
    private async Task<Refusal?> SetPassword(
        string password, Func<UserState, UserState> change, Guid? session, string action, Device device,
        CancellationToken cancellationToken)
    {
        var hash = await passwords.HashAsync(password, cancellationToken);
        await GrainFactory.GetGrain<IUserSessionsGrain>(Id).EndAll(session, device);
        await emails.EnqueueNotice(EmailKind.PasswordChanged, Id, User.Email, User.Language, User.Change);
        await state.UpdateAsync(
            user => change(user) with { PasswordHash = hash, Reset = null, Change = user.Change + 1 });
        await securityLog.Record(Id, action, device);
        await EnsureWelcome();
        return null;
    }

    private async Task<Refusal?> CheckPassword(
        string password, Device device, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(password);
        if (await IsPassword(password, cancellationToken))
        {
            return null;
        }

        await securityLog.Record(Id, "password_wrong", device);
        return AccountRefusals.PasswordWrong();
    }
}
