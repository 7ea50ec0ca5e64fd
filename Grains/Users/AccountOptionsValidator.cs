using Microsoft.Extensions.Options;

namespace Ax2.Users;

internal sealed class AccountOptionsValidator : IValidateOptions<AccountOptions>
{
    public ValidateOptionsResult Validate(string? name, AccountOptions options) => OptionRules.Check(
        (options.VerificationLifetime > TimeSpan.Zero && options.ResetLifetime > TimeSpan.Zero,
            "Accounts: the lifetimes of links are more than zero."),
        (options.LinkInterval >= TimeSpan.Zero, "Accounts:LinkInterval is not negative."),
        (options.NoticeInterval > TimeSpan.Zero, "Accounts:NoticeInterval is more than zero."),
        (options.DeletionGrace >= TimeSpan.Zero, "Accounts:DeletionGrace is not negative."));
}
