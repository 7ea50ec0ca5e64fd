using Ax2.Credits;
using Ax2.Users.Letters;
using Ax2.Users.Passwords;
using Microsoft.Extensions.Options;

namespace Ax2.Users;

/// <summary>
/// Signs people up and says who they are. The rest is in other files: <c>Email</c> verifies and changes the address,
/// <c>Password</c> changes and resets the password, <c>Leaving</c> ends the account.
/// </summary>
public sealed partial class UserGrain(
    [StoredState("user")] StoredState<UserState> state,
    IPasswordHasher passwords,
    UserLetters letters,
    SecurityLog securityLog,
    IOptions<AccountOptions> options,
    IOptions<PriceListOptions> prices,
    TimeProvider time) : Grain, IUserGrain, IUserRecord
{
    private const int DisplayNameMaxLength = 100;

    private UserState User => state.Value;

    private Guid Id => this.GetPrimaryKey();

    /// <summary>Not while it is being erased.</summary>
    private bool IsHere => state.Exists && User.Deletion?.HasBegun != true;

    public Task<RegisterAnswer> Register(RegisterUser command) => Register(command, isVerified: false);

    public Task<RegisterAnswer> RegisterVerified(RegisterUser command) => Register(command, isVerified: true);

    public Task<UserProfile?> GetProfile() => Task.FromResult(IsHere ? Profile() : null);

    public async Task<UserProfile?> SignIn(string password)
    {
        ArgumentNullException.ThrowIfNull(password);
        if (!await IsRight(password))
        {
            return null;
        }

        if (passwords.IsOutdated(User.PasswordHash))
        {
            var hash = await passwords.HashAsync(password);
            await state.UpdateAsync(user => user with { PasswordHash = hash });
        }

        await EnsureWelcome();
        return Profile();
    }

    public async Task<UserProfile?> SetPlan(string plan)
    {
        if (!PlanName.IsSound(plan))
        {
            throw new ArgumentException("No plan can have this name.", nameof(plan));
        }

        if (!IsHere)
        {
            return null;
        }

        await state.UpdateAsync(user => user.Plan == plan ? user : user with { Plan = plan });
        return Profile();
    }

    private async Task<RegisterAnswer> Register(RegisterUser command, bool isVerified)
    {
        ArgumentNullException.ThrowIfNull(command);
        if (EmailAddress.Normalize(command.Email) is not { } email)
        {
            return Refused(NoAddress());
        }

        if (PasswordRules.Check(command.Password, email) is { } refusal)
        {
            return Refused(refusal);
        }

        if (state.Exists)
        {
            return User.Email == email && IsHere ? await Registered() : Refused(Taken());
        }

        // Reckoned for an address that is taken too: the time says nothing.
        var hash = await passwords.HashAsync(command.Password);
        var owner = await Address(email).Claim(Id);
        if (owner != Id)
        {
            await GrainFactory.GetGrain<IUserRecord>(owner).TellAlreadyHere();
            return Refused(Taken());
        }

        await state.UpdateAsync(_ => Create(command, email, hash) with { IsEmailVerified = isVerified });
        await securityLog.Record(Id, "sign_up", command.Device ?? Device.Unknown);
        return await Registered();
    }

    /// <summary>What a crash may have kept back is made up for by a repeat.</summary>
    private async Task<RegisterAnswer> Registered()
    {
        await EnsureWelcome();
        if (User.Verification is null)
        {
            await SendVerification();
        }

        return new RegisterAnswer(Profile(), null);
    }

    private UserState Create(RegisterUser command, string email, string passwordHash)
    {
        var name = command.DisplayName.Trim();
        if (name.Length == 0)
        {
            name = email[..email.IndexOf('@', StringComparison.Ordinal)];
        }

        return new UserState
        {
            Email = email,
            PasswordHash = passwordHash,
            DisplayName = name.Length > DisplayNameMaxLength ? name[..DisplayNameMaxLength] : name,
            HomeWorkspaceId = Guid.CreateVersion7(time.GetUtcNow()),
            CreatedAt = time.GetUtcNow(),
            Language = UserLanguages.All.Contains(command.Language) ? command.Language : UserLanguages.English,
        };
    }

    /// <summary>A user that is not here, and a password that cannot be one, cost the same check.</summary>
    private Task<bool> IsRight(string password)
    {
        var tooLong = password.Length > PasswordRules.MaxLength;
        return passwords.VerifyAsync(tooLong || !IsHere ? null : User.PasswordHash, tooLong ? "" : password);
    }

    /// <summary>
    /// Grants the welcome credits: once, by their operation id; a crash that kept them back is made up for here.
    /// </summary>
    private async Task EnsureWelcome()
    {
        if (User.IsWelcomed || (options.Value.WelcomeNeedsVerification && !User.IsEmailVerified))
        {
            return;
        }

        if (prices.Value.WelcomeCredits > 0)
        {
            var account = GrainFactory.GetGrain<ICreditAccountGrain>(User.HomeWorkspaceId);
            var answer = await account.Grant(new GrantCredits(
                "welcome", prices.Value.WelcomeCredits, "welcome", CreditCategory.Promotional));
            if (answer.Refusal?.Code == CreditRefusals.AccountBusy)
            {
                return;
            }
        }

        await state.UpdateAsync(user => user with { IsWelcomed = true });
    }

    private UserProfile Profile() => new(
        Id, User.Email, User.DisplayName, User.HomeWorkspaceId, User.CreatedAt, User.Plan, User.IsEmailVerified,
        User.Language, User.Deletion?.DueAt);

    private IEmailAddressGrain Address(string email) =>
        GrainFactory.GetGrain<IEmailAddressGrain>(EmailAddress.GrainKey(email));

    private static RegisterAnswer Refused(Refusal refusal) => new(null, refusal);

    private static Refusal NoAddress() => new(UserRefusals.EmailInvalid, "This is not an e-mail address.");

    private static Refusal Taken() =>
        new(UserRefusals.EmailTaken, "An account with this e-mail address exists already.");
}
