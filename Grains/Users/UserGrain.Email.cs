using Ax2.Users.Emails;

namespace Ax2.Users;

/// <summary>The address: verified by a link, changed by a link to the new one.</summary>
public sealed partial class UserGrain
{
    public async Task SendVerification()
    {
        if (!IsActive || User.IsEmailVerified || WasJustMailed(User.Verification))
        {
            return;
        }

        var (link, secret) = MailedLink.Create(User.Email, time.GetUtcNow(), options.Value.VerificationLifetime);
        await state.UpdateAsync(user => user with { Verification = link });
        await EnqueueLink(EmailKind.Verify, User.Email, secret);
    }

    public async Task<Refusal?> VerifyEmail(string secret, Device device)
    {
        if (!IsValid(User.Verification, secret) || User.Verification!.Address != User.Email)
        {
            return AccountRefusals.LinkInvalid();
        }

        await state.UpdateAsync(user => user with { IsEmailVerified = true, Verification = null });
        await securityLog.Record(Id, "email_verify", device);
        await EnsureWelcome();
        return null;
    }

    public async Task<Refusal?> ChangeEmail(
        string password, string email, Device device, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(email);
        if (await CheckPassword(password, device, cancellationToken) is { } wrong)
        {
            return wrong;
        }

        if (EmailAddress.Normalize(email) is not { } address)
        {
            return AccountRefusals.EmailInvalid();
        }

        var owner = await Address(address).GetOwner();
        await securityLog.Record(Id, "email_change_ask", device);
        if (owner is { } other)
        {
            // The answer does not reveal that the address is taken; its owner gets a mail.
            if (other != Id)
            {
                await GrainFactory.GetGrain<IInternalUserGrain>(other).NotifyAlreadyRegistered();
            }

            return null;
        }

        if (WasJustMailed(User.EmailChange) && User.EmailChange!.Address == address)
        {
            return null;
        }

        var (link, secret) = MailedLink.Create(address, time.GetUtcNow(), options.Value.VerificationLifetime);
        await state.UpdateAsync(user => user with { EmailChange = link });
        await EnqueueLink(EmailKind.ConfirmChange, address, secret);
        return null;
    }

    public async Task<Refusal?> ConfirmEmailChange(string secret, Device device)
    {
        if (!IsValid(User.EmailChange, secret))
        {
            return AccountRefusals.LinkInvalid();
        }

        var (from, to) = (User.Email, User.EmailChange!.Address);
        if (await Address(to).Claim(Id) != Id)
        {
            return AccountRefusals.LinkInvalid();
        }

        await emails.EnqueueNotice(EmailKind.EmailChanged, Id, from, User.Language, User.Change);
        await state.UpdateAsync(user => user.WithEmail(to));
        await Address(from).Release(Id);
        await securityLog.Record(Id, "email_change", device);
        await EnsureWelcome();
        return null;
    }

    public Task NotifyAlreadyRegistered() =>
        IsActive ? emails.EnqueueAlreadyRegistered(Id, User.Email, User.Language) : Task.CompletedTask;

    private Task EnqueueLink(EmailKind kind, string to, string secret) =>
        emails.EnqueueLink(kind, to, User.Language, new MailToken(Id, secret));

    private bool IsValid(MailedLink? link, string secret)
    {
        ArgumentNullException.ThrowIfNull(secret);
        return IsActive && link?.IsValid(secret, time.GetUtcNow()) == true;
    }

    private bool WasJustMailed(MailedLink? link) =>
        link is not null && time.GetUtcNow() - link.MailedAt < options.Value.LinkInterval;
}
