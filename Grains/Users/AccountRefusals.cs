namespace Ax2.Users;

/// <summary>The refusals of an account, in words.</summary>
internal static class AccountRefusals
{
    internal static Refusal EmailInvalid() => new(UserRefusals.EmailInvalid, "This is not an e-mail address.");

    internal static Refusal EmailTaken() =>
        new(UserRefusals.EmailTaken, "An account with this e-mail address exists already.");

    internal static Refusal PasswordWrong() =>
        new(UserRefusals.PasswordWrong, "This is not the account's password.");

    internal static Refusal LinkInvalid() => new(
        UserRefusals.LinkInvalid,
        "This link was used before, replaced by a newer one, or is too old. Ask for a new one.");
}
