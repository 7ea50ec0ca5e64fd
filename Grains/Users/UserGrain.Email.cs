using Ax2.Users.Letters;

namespace Ax2.Users;

/// <summary>The address: verified by a link, changed by a link to the new one.</summary>
public sealed partial class UserGrain
{
    public async Task SendVerification()
    {
        if (!IsHere || User.IsEmailVerified || WasJustMailed(User.Verification))
        {
            return;
        }

        var (link, secret) = MailedLink.Create(User.Email, time.GetUtcNow(), options.Value.VerificationLifetime);
        await state.UpdateAsync(user => user with { Verification = link });
        await PostLink(LetterKind.Verify, User.Email, secret);
    }

    public async Task<Refusal?> VerifyEmail(string secret, Device device)
    {
        if (!IsGood(User.Verification, secret) || User.Verification!.Address != User.Email)
        {
            return BadLink();
        }

        await state.UpdateAsync(user => user with { IsEmailVerified = true, Verification = null });
        await securityLog.Record(Id, "email_verify", device);
        await EnsureWelcome();
        return null;
    }

    public async Task<Refusal?> ChangeEmail(string password, string email, Device device)
    {
        ArgumentNullException.ThrowIfNull(email);
        if (await CheckPassword(password, device) is { } wrong)
        {
            return wrong;
        }

        if (EmailAddress.Normalize(email) is not { } address)
        {
            return NoAddress();
        }

        var owner = await Address(address).GetOwner();
        await securityLog.Record(Id, "email_change_ask", device);
        if (owner is { } other)
        {
            // The caller hears what everybody hears; who has the address, hears of it.
            await (other == Id ? Task.CompletedTask : GrainFactory.GetGrain<IUserRecord>(other).TellAlreadyHere());
            return null;
        }

        if (WasJustMailed(User.EmailChange) && User.EmailChange!.Address == address)
        {
            return null;
        }

        var (link, secret) = MailedLink.Create(address, time.GetUtcNow(), options.Value.VerificationLifetime);
        await state.UpdateAsync(user => user with { EmailChange = link });
        await PostLink(LetterKind.ConfirmChange, address, secret);
        return null;
    }

    public async Task<Refusal?> ConfirmEmailChange(string secret, Device device)
    {
        if (!IsGood(User.EmailChange, secret))
        {
            return BadLink();
        }

        var (from, to) = (User.Email, User.EmailChange!.Address);
        if (await Address(to).Claim(Id) != Id)
        {
            return BadLink();
        }

        await letters.PostNotice(LetterKind.EmailChanged, Id, from, User.Language, User.Change);
        await state.UpdateAsync(user => user with
        {
            Email = to,
            IsEmailVerified = true,
            EmailChange = null,
            Verification = null,
            // It was mailed to the address that is given up.
            Reset = null,
            Change = user.Change + 1,
        });
        await Address(from).Release(Id);
        await securityLog.Record(Id, "email_change", device);
        await EnsureWelcome();
        return null;
    }

    public Task TellAlreadyHere() =>
        IsHere ? letters.PostAlreadyHere(Id, User.Email, User.Language) : Task.CompletedTask;

    private Task PostLink(LetterKind kind, string to, string secret) =>
        letters.PostLink(kind, to, User.Language, new MailToken(Id, secret));

    private bool IsGood(MailedLink? link, string secret)
    {
        ArgumentNullException.ThrowIfNull(secret);
        return IsHere && link?.IsFor(secret, time.GetUtcNow()) == true;
    }

    private bool WasJustMailed(MailedLink? link) =>
        link is not null && time.GetUtcNow() - link.MailedAt < options.Value.LinkInterval;

    private static Refusal BadLink() => new(
        UserRefusals.LinkInvalid,
        "This link was used before, replaced by a newer one, or is too old. Ask for a new one.");
}
