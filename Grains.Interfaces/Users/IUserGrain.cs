using System.Collections.Immutable;
using Orleans.Concurrency;

namespace Ax2.Users;

/// <summary>
/// A person's account. Key: the user id. It owns the person's e-mail address, password hash and home workspace.
/// </summary>
[Alias("ax2.IUserGrain")]
public interface IUserGrain : IGrainWithGuidKey
{
    /// <summary>
    /// Creates the account, claims the e-mail address and mails a link to verify it. The welcome credits come to the
    /// home workspace once it is verified. Idempotent: a repeat with the same address answers the same profile. Durable
    /// when it answers. Refusals: <see cref="UserRefusals.EmailInvalid"/>, those of a password, and
    /// <see cref="UserRefusals.EmailTaken"/>, which takes the same time as a new account and must not be shown to
    /// the client: the address's owner gets a mail.
    /// </summary>
    [Alias("Register"), Idempotent]
    Task<RegisterAnswer> Register(RegisterUser command, CancellationToken cancellationToken);

    /// <summary>The profile, or null when nobody registered under this id.</summary>
    [Alias("GetProfile"), AlwaysInterleave, Idempotent]
    Task<UserProfile?> GetProfile();

    /// <summary>
    /// The profile when the password is right, else null. An unknown id takes the same time. As every method that
    /// hashes a password it throws <see cref="ServiceBusyException"/> when too many wait for that: nothing was done.
    /// The token ends the wait.
    /// </summary>
    [Alias("SignIn")]
    Task<UserProfile?> SignIn(string password, CancellationToken cancellationToken);

    /// <summary>
    /// Mails a new link to verify the address, unless it is verified or a link went out a moment ago.
    /// </summary>
    [Alias("SendVerification"), Idempotent]
    Task SendVerification();

    /// <summary>
    /// The address is verified by the secret of the mail. Refusal: <see cref="UserRefusals.LinkInvalid"/>, for a link
    /// that is wrong, used, replaced, too old, or of an address that is the account's no more.
    /// </summary>
    [Alias("VerifyEmail")]
    Task<Refusal?> VerifyEmail(string secret, Device device);

    /// <summary>
    /// Mails a link to the new address, or, when that is another account's, a notice to its owner: the answer is the
    /// same. Refusals: <see cref="UserRefusals.EmailInvalid"/>, <see cref="UserRefusals.PasswordWrong"/>.
    /// </summary>
    [Alias("ChangeEmail"), ResponseTimeout("00:00:07")]
    Task<Refusal?> ChangeEmail(string password, string email, Device device, CancellationToken cancellationToken);

    /// <summary>
    /// The address that the mail went to becomes the account's, verified; the old one gets a notice. Refusals:
    /// <see cref="UserRefusals.LinkInvalid"/>, also when another account has taken the address meanwhile.
    /// </summary>
    [Alias("ConfirmEmailChange")]
    Task<Refusal?> ConfirmEmailChange(string secret, Device device);

    /// <summary>
    /// Ends every session but <paramref name="session"/>, and notifies the user by mail. Refusals:
    /// <see cref="UserRefusals.PasswordWrong"/> and those of a new password.
    /// </summary>
    [Alias("ChangePassword"), ResponseTimeout("00:00:07")]
    Task<Refusal?> ChangePassword(
        string oldPassword, string newPassword, Guid session, Device device, CancellationToken cancellationToken);

    /// <summary>
    /// A new password by the secret of a reset mail. Ends every session; the address counts as verified, and when it
    /// was not before, API keys and the second factor are deleted too: a stranger may have created them. Refusals: <see
    /// cref="UserRefusals.LinkInvalid"/> as for <see cref="VerifyEmail"/>, and those of a new password, which leave the
    /// link valid.
    /// </summary>
    [Alias("ResetPassword"), ResponseTimeout("00:00:07")]
    Task<Refusal?> ResetPassword(
        string secret, string newPassword, Device device, CancellationToken cancellationToken);

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
    /// Claims the address for a user. Answers the owner after the call, which is the caller when the claim succeeded.
    /// A claim whose user never finished registering may be replaced by the next one.
    /// </summary>
    [Alias("Claim")]
    Task<Guid> Claim(Guid userId);

    /// <summary>The user that holds the address, or null.</summary>
    [Alias("GetOwner")]
    Task<Guid?> GetOwner();

    /// <summary>Releases the address. Does nothing when it is not the user's.</summary>
    [Alias("Release")]
    Task Release(Guid userId);
}

/// <summary>Resets forgotten passwords. Key: 0; any silo answers.</summary>
[Alias("ax2.IPasswordRecoveryGrain")]
public interface IPasswordRecoveryGrain : IGrainWithIntegerKey
{
    /// <summary>
    /// Mails a link for a new password to the address's user, if there is one. One-way, so that a known
    /// address takes no longer than an unknown one.
    /// </summary>
    [Alias("Begin"), OneWay]
    Task Begin(string email, Device device);
}

/// <summary>What a new user gives. The address is normalised by the grain.</summary>
/// <param name="Email">At most 254 characters.</param>
/// <param name="Password">
/// 8 to 128 characters, any; not a common one, and not made of the address or the service's name.
/// </param>
/// <param name="DisplayName">At most 100 characters; empty means the part of the address before the at sign.</param>
/// <param name="Language">Of the mails: one of <see cref="UserLanguages.All"/>, else English.</param>
/// <param name="Device">Where it comes from, for the audit log; null when that is not known.</param>
[GenerateSerializer, Alias("ax2.RegisterUser"), Immutable]
public sealed record RegisterUser(
    [property: Id(0)] string Email,
    [property: Id(1)] string Password,
    [property: Id(2)] string DisplayName,
    [property: Id(3)] string Language = UserLanguages.English,
    [property: Id(4)] Device? Device = null);

/// <summary>Exactly one of the two is set.</summary>
[GenerateSerializer, Alias("ax2.RegisterAnswer"), Immutable]
public sealed record RegisterAnswer(
    [property: Id(0)] UserProfile? Profile,
    [property: Id(1)] Refusal? Refusal);

/// <summary>A user as others may see it: never the password hash.</summary>
/// <param name="Plan">By its weight the user's jobs share the workers. See <c>Jobs:Queue:PlanWeights</c>.</param>
/// <param name="DeletionDueAt">
/// Set when the user has asked to delete the account: until then it can be cancelled.
/// </param>
[GenerateSerializer, Alias("ax2.UserProfile"), Immutable]
public sealed record UserProfile(
    [property: Id(0)] Guid UserId,
    [property: Id(1)] string Email,
    [property: Id(2)] string DisplayName,
    [property: Id(3)] Guid HomeWorkspaceId,
    [property: Id(4)] DateTimeOffset CreatedAt,
    [property: Id(5)] string Plan,
    [property: Id(6)] bool IsEmailVerified,
    [property: Id(7)] string Language,
    [property: Id(8)] DateTimeOffset? DeletionDueAt);

/// <summary>The languages of mails.</summary>
public static class UserLanguages
{
    public const string English = "en";
    public const string Korean = "ko";

    public static ImmutableArray<string> All { get; } = [English, Korean];
}

/// <summary>Stable codes of <see cref="Refusal.Code"/> in this slice.</summary>
public static class UserRefusals
{
    public const string EmailTaken = "email_taken";
    public const string EmailInvalid = "email_invalid";
    public const string PasswordTooShort = "password_too_short";
    public const string PasswordTooLong = "password_too_long";
    public const string PasswordTooCommon = "password_too_common";
    public const string PasswordTooPersonal = "password_too_personal";
    public const string PasswordWrong = "password_wrong";
    public const string LinkInvalid = "link_invalid";
}
