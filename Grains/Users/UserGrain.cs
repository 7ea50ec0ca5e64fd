using Ax2.Users.Emails;
using Ax2.Users.Passwords;
using Microsoft.Extensions.Options;

namespace Ax2.Users;

/// <summary>
/// Registers a user and answers the profile. <c>Email</c> verifies and changes the address, <c>Password</c> changes and
/// resets the password, <c>Deletion</c> deletes the account.
/// </summary>
public sealed partial class UserGrain(
    [StoredState("user")] StoredState<UserState> state,
    IPasswordHasher passwords,
    UserEmails emails,
    SecurityLog securityLog,
    WelcomeCredits welcome,
    IOptions<AccountOptions> options,
    TimeProvider time) : Grain, IUserGrain, IInternalUserGrain
{
    private UserState User => state.Value;

    private Guid Id => this.GetPrimaryKey();

    /// <summary>False while its data is being deleted.</summary>
    private bool IsActive => state.Exists && User.Deletion?.HasBegun != true;

    public Task<RegisterAnswer> Register(RegisterUser command, CancellationToken cancellationToken) =>
        Register(command, isVerified: false, cancellationToken);

    public Task<RegisterAnswer> RegisterVerified(RegisterUser command) =>
        Register(command, isVerified: true, CancellationToken.None); // The call has none.

    public Task<UserProfile?> GetProfile() => Task.FromResult(IsActive ? Profile() : null);

    public async Task<UserProfile?> SignIn(string password, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(password);
        if (!await IsPassword(password, cancellationToken))
        {
            return null;
        }

        if (passwords.IsOutdated(User.PasswordHash))
        {
            var hash = await passwords.HashAsync(password, cancellationToken);
            await state.UpdateAsync(user => user with { PasswordHash = hash });
        }

        await EnsureWelcome();
        return Profile();
    }

    public async Task<UserProfile?> SetPlan(string plan)
    {
        if (!PlanName.IsValid(plan))
        {
            throw new ArgumentException("No plan can have this name.", nameof(plan));
        }

        if (!IsActive)
        {
            return null;
        }

        await state.UpdateAsync(user => user.Plan == plan ? user : user with { Plan = plan });
        return Profile();
    }

    private async Task<RegisterAnswer> Register(
        RegisterUser command, bool isVerified, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(command);
        if (EmailAddress.Normalize(command.Email) is not { } email)
        {
            return Refused(AccountRefusals.EmailInvalid());
        }

        if (PasswordRules.Check(command.Password, email) is { } refusal)
        {
            return Refused(refusal);
        }

        if (state.Exists)
        {
            return User.Email == email && IsActive
                ? await Registered()
                : Refused(AccountRefusals.EmailTaken());
        }

        // Hashed for an address that is taken too, so that the time does not reveal it.
        var hash = await passwords.HashAsync(command.Password, cancellationToken);
        var owner = await Address(email).Claim(Id);
        if (owner != Id)
        {
            await GrainFactory.GetGrain<IInternalUserGrain>(owner).NotifyAlreadyRegistered();
            return Refused(AccountRefusals.EmailTaken());
        }

        await state.UpdateAsync(
            _ => UserState.Create(command, email, hash, time.GetUtcNow()) with { IsEmailVerified = isVerified });
        await securityLog.Record(Id, "sign_up", command.Device ?? Device.Unknown);
        return await Registered();
    }

    /// <summary>A repeated call does what a crash prevented the first from doing.</summary>
    private async Task<RegisterAnswer> Registered()
    {
        await EnsureWelcome();
        if (User.Verification is null)
        {
            await SendVerification();
        }

        return new RegisterAnswer(Profile(), null);
    }

    /// <summary>A check for a user that is not active, or for an impossible password, takes the same time.</summary>
    private Task<bool> IsPassword(string password, CancellationToken cancellationToken)
    {
        var tooLong = password.Length > PasswordRules.MaxLength;
        return passwords.VerifyAsync(
            tooLong || !IsActive ? null : User.PasswordHash, tooLong ? "" : password, cancellationToken);
    }

    /// <summary>Grants the welcome credits when they are due and were not granted, also after a crash.</summary>
    private async Task EnsureWelcome()
    {
        if (welcome.IsDueTo(User) && await welcome.TryGrant(User.HomeWorkspaceId))
        {
            await state.UpdateAsync(user => user with { IsWelcomed = true });
        }
    }

    private UserProfile Profile() => User.ToProfile(Id);

    private IEmailAddressGrain Address(string email) =>
        GrainFactory.GetGrain<IEmailAddressGrain>(EmailAddress.GrainKey(email));

    private static RegisterAnswer Refused(Refusal refusal) => new(null, refusal);
}
