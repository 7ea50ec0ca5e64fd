using Microsoft.Extensions.Options;

namespace Ax2.Users;

internal sealed class AdminOptionsValidator : IValidateOptions<AdminOptions>
{
    public ValidateOptionsResult Validate(string? name, AdminOptions options) => OptionRules.Check(
        (options.Emails.All(email => EmailAddress.Normalize(email) is not null),
            "Admin:Emails holds e-mail addresses."));
}
