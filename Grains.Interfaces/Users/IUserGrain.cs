using Orleans.Concurrency;

namespace Ax2.Users;

/// <summary>
/// A person's account. Key: the user id. It owns the person's e-mail address, password hash and home workspace.
/// </summary>
[Alias("ax2.IUserGrain")]
public interface IUserGrain : IGrainWithGuidKey
{
    /// <summary>
    /// Creates the account, claims the e-mail address and grants the welcome credits to the home workspace.
    /// Idempotent: a repeat with the same address answers the same profile. Durable when it answers.
    /// Refusals: <see cref="UserRefusals.EmailTaken"/>, <see cref="UserRefusals.EmailInvalid"/>,
    /// <see cref="UserRefusals.PasswordTooShort"/>, <see cref="UserRefusals.PasswordTooLong"/>.
    /// </summary>
    [Alias("Register")]
    Task<RegisterAnswer> Register(RegisterUser command);

    /// <summary>The profile, or null when nobody registered under this id.</summary>
    [Alias("GetProfile"), AlwaysInterleave]
    Task<UserProfile?> GetProfile();

    /// <summary>
    /// The profile when the password is right, else null. An id that nobody registered costs the same time.
    /// </summary>
    [Alias("SignIn")]
    Task<UserProfile?> SignIn(string password);

    /// <summary>
    /// Jobs that the user starts from now on have this plan. Answers the profile, or null when nobody registered under
    /// this id. Idempotent, durable when it answers. You must give the name of a plan; what cannot be one throws.
    /// </summary>
    [Alias("SetPlan")]
    Task<UserProfile?> SetPlan(string plan);
}

/// <summary>
/// Owner of one e-mail address. Key: <see cref="EmailAddress.GrainKey"/>. Makes addresses unique over the cluster.
/// </summary>
[Alias("ax2.IEmailAddressGrain")]
public interface IEmailAddressGrain : IGrainWithStringKey
{
    /// <summary>
    /// Takes the address for a user. Answers the owner after the call: the caller holds it when that is its own id.
    /// A claim whose user never finished registering falls to the next caller.
    /// </summary>
    [Alias("Claim")]
    Task<Guid> Claim(Guid userId);

    /// <summary>The user that holds the address, or null.</summary>
    [Alias("GetOwner")]
    Task<Guid?> GetOwner();
}

/// <summary>What a new user gives. The address is normalised by the grain.</summary>
/// <param name="Email">At most 254 characters.</param>
/// <param name="Password">10 to 128 characters; any characters.</param>
/// <param name="DisplayName">At most 100 characters; empty means the part of the address before the at sign.</param>
[GenerateSerializer, Alias("ax2.RegisterUser"), Immutable]
public sealed record RegisterUser(
    [property: Id(0)] string Email,
    [property: Id(1)] string Password,
    [property: Id(2)] string DisplayName);

/// <summary>Exactly one of the two is set.</summary>
[GenerateSerializer, Alias("ax2.RegisterAnswer"), Immutable]
public sealed record RegisterAnswer(
    [property: Id(0)] UserProfile? Profile,
    [property: Id(1)] Refusal? Refusal);

/// <summary>A user as others may see it: never the password hash.</summary>
/// <param name="Plan">By its weight the user's jobs share the workers. See <c>Jobs:Queue:PlanWeights</c>.</param>
[GenerateSerializer, Alias("ax2.UserProfile"), Immutable]
public sealed record UserProfile(
    [property: Id(0)] Guid UserId,
    [property: Id(1)] string Email,
    [property: Id(2)] string DisplayName,
    [property: Id(3)] Guid HomeWorkspaceId,
    [property: Id(4)] DateTimeOffset CreatedAt,
    [property: Id(5)] string Plan);

/// <summary>Stable codes of <see cref="Refusal.Code"/> in this slice.</summary>
public static class UserRefusals
{
    public const string EmailTaken = "email_taken";
    public const string EmailInvalid = "email_invalid";
    public const string PasswordTooShort = "password_too_short";
    public const string PasswordTooLong = "password_too_long";
}
