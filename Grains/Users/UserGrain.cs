using Ax2.Credits;
using Microsoft.Extensions.Options;

namespace Ax2.Users;

public sealed class UserGrain(
    [PersistentState("user")] IPersistentState<UserState> state,
    IPasswordHasher passwords,
    IOptions<PriceListOptions> prices,
    TimeProvider time) : Grain, IUserGrain
{
    private const int PasswordMinLength = 10;
    private const int PasswordMaxLength = 128;
    private const int DisplayNameMaxLength = 100;

    public async Task<RegisterAnswer> Register(RegisterUser command)
    {
        ArgumentNullException.ThrowIfNull(command);
        var email = EmailAddress.Normalize(command.Email);
        var refusal = Check(email, command.Password);
        if (refusal is not null)
        {
            return new RegisterAnswer(null, refusal);
        }

        if (state.RecordExists)
        {
            await EnsureWelcome();
            return state.State.Email == email ? new RegisterAnswer(Profile(), null) : Taken();
        }

        var claim = GrainFactory.GetGrain<IEmailAddressGrain>(EmailAddress.GrainKey(email!));
        if (await claim.Claim(this.GetPrimaryKey()) != this.GetPrimaryKey())
        {
            return Taken();
        }

        await Create(email!, command);
        await EnsureWelcome();
        return new RegisterAnswer(Profile(), null);
    }

    public Task<UserProfile?> GetProfile() => Task.FromResult(state.RecordExists ? Profile() : null);

    public async Task<UserProfile?> SignIn(string password)
    {
        ArgumentNullException.ThrowIfNull(password);
        var hash = state.RecordExists ? state.State.PasswordHash : null;
        var tooLong = password.Length > PasswordMaxLength;
        if (!await passwords.VerifyAsync(tooLong ? null : hash, tooLong ? "" : password))
        {
            return null;
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

        if (!state.RecordExists)
        {
            return null;
        }

        if (state.State.Plan != plan)
        {
            await this.Save(state, state.State with { Plan = plan });
        }

        return Profile();
    }

    private static Refusal? Check(string? email, string password)
    {
        if (email is null)
        {
            return new Refusal(UserRefusals.EmailInvalid, "This is not an e-mail address.");
        }

        return password.Length switch
        {
            < PasswordMinLength => new Refusal(
                UserRefusals.PasswordTooShort, $"A password has at least {PasswordMinLength} characters."),
            > PasswordMaxLength => new Refusal(
                UserRefusals.PasswordTooLong, $"A password has at most {PasswordMaxLength} characters."),
            _ => null,
        };
    }

    private static RegisterAnswer Taken() =>
        new(null, new Refusal(UserRefusals.EmailTaken, "An account with this e-mail address exists already."));

    private async Task Create(string email, RegisterUser command)
    {
        var name = command.DisplayName.Trim();
        if (name.Length == 0)
        {
            name = email[..email.IndexOf('@', StringComparison.Ordinal)];
        }

        await this.Save(state, new UserState
        {
            Email = email,
            PasswordHash = await passwords.HashAsync(command.Password),
            DisplayName = name.Length > DisplayNameMaxLength ? name[..DisplayNameMaxLength] : name,
            HomeWorkspaceId = Guid.CreateVersion7(time.GetUtcNow()),
            CreatedAt = time.GetUtcNow(),
        });
    }

    /// <summary>Grants the welcome credits if a crash kept them back; the operation id makes it once.</summary>
    private async Task EnsureWelcome()
    {
        if (state.State.IsWelcomed)
        {
            return;
        }

        if (prices.Value.WelcomeCredits > 0)
        {
            var account = GrainFactory.GetGrain<ICreditAccountGrain>(state.State.HomeWorkspaceId);
            var answer = await account.Grant(new GrantCredits(
                "welcome", prices.Value.WelcomeCredits, "welcome", CreditCategory.Promotional));
            if (answer.Refusal?.Code == CreditRefusals.AccountBusy)
            {
                return;
            }
        }

        await this.Save(state, state.State with { IsWelcomed = true });
    }

    private UserProfile Profile() => new(
        this.GetPrimaryKey(),
        state.State.Email,
        state.State.DisplayName,
        state.State.HomeWorkspaceId,
        state.State.CreatedAt,
        state.State.Plan);
}

/// <summary>Stored as JSON; replaced, never changed in place.</summary>
[Confidential]
public sealed record UserState
{
    /// <summary>Version of this shape; readers accept every older one.</summary>
    public int V { get; init; } = 1;
    public string Email { get; init; } = "";
    public string PasswordHash { get; init; } = "";
    public string DisplayName { get; init; } = "";
    public Guid HomeWorkspaceId { get; init; }
    public DateTimeOffset CreatedAt { get; init; }
    public string Plan { get; init; } = PlanName.Standard;

    /// <summary>The welcome credits were granted, or there were none to grant.</summary>
    public bool IsWelcomed { get; init; }
}
