using Ax2.Users.Letters;
using Ax2.Users.Passwords;

namespace Ax2.Users;

/// <summary>The password: changed by the old one, reset by a link.</summary>
public sealed partial class UserGrain
{
    public async Task<Refusal?> ChangePassword(string oldPassword, string newPassword, Guid session, Device device)
    {
        ArgumentNullException.ThrowIfNull(newPassword);
        if (await CheckPassword(oldPassword, device) is { } wrong)
        {
            return wrong;
        }

        return PasswordRules.Check(newPassword, User.Email)
            ?? await SetPassword(newPassword, user => user, session, "password_change", device);
    }

    public async Task SendReset()
    {
        if (!IsHere || WasJustMailed(User.Reset))
        {
            return;
        }

        var (link, secret) = MailedLink.Create(User.Email, time.GetUtcNow(), options.Value.ResetLifetime);
        await state.UpdateAsync(user => user with { Reset = link });
        await PostLink(LetterKind.Reset, User.Email, secret);
    }

    public async Task<Refusal?> ResetPassword(string secret, string newPassword, Device device)
    {
        ArgumentNullException.ThrowIfNull(newPassword);
        if (!IsGood(User.Reset, secret) || User.Reset!.Address != User.Email)
        {
            return BadLink();
        }

        if (PasswordRules.Check(newPassword, User.Email) is { } refusal)
        {
            return refusal;
        }

        if (!User.IsEmailVerified)
        {
            await ForgetStranger(device);
        }

        // Who has the link has the mailbox.
        return await SetPassword(
            newPassword, user => user with { IsEmailVerified = true, Verification = null }, null, "password_reset",
            device);
    }

    /// <summary>
    /// Nobody knows who signed up with an address that was never verified. It was not the mailbox's owner, perhaps, who
    /// now comes: no way in that was made before stays open.
    /// </summary>
    private async Task ForgetStranger(Device device)
    {
        await GrainFactory.GetGrain<IUserApiKeysGrain>(Id).RevokeAll(device);
        await GrainFactory.GetGrain<ISecondFactorCheck>(Id).Erase();
    }

    /// <summary>
    /// The sessions end first, the mail is posted second and the password stands last: after a crash between them the
    /// command is repeated, and it finds the old password and the link as they were.
    /// </summary>
    private async Task<Refusal?> SetPassword(
        string password, Func<UserState, UserState> change, Guid? session, string action, Device device)
    {
        var hash = await passwords.HashAsync(password);
        await GrainFactory.GetGrain<IUserSessionsGrain>(Id).EndAll(session, device);
        await letters.PostNotice(LetterKind.PasswordChanged, Id, User.Email, User.Language, User.Change);
        await state.UpdateAsync(
            user => change(user) with { PasswordHash = hash, Reset = null, Change = user.Change + 1 });
        await securityLog.Record(Id, action, device);
        await EnsureWelcome();
        return null;
    }

    private async Task<Refusal?> CheckPassword(string password, Device device)
    {
        ArgumentNullException.ThrowIfNull(password);
        if (await IsRight(password))
        {
            return null;
        }

        await securityLog.Record(Id, "password_wrong", device);
        return new Refusal(UserRefusals.PasswordWrong, "This is not the account's password.");
    }
}
