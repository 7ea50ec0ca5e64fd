using Microsoft.Extensions.Options;

namespace Ax2.Users.Emails;

internal sealed class EmailOptionsValidator : IValidateOptions<EmailOptions>
{
    private static readonly TimeSpan MinFirstPause = TimeSpan.FromMinutes(1);

    public ValidateOptionsResult Validate(string? name, EmailOptions options) => OptionRules.Check(
        (options.SendTimeout > TimeSpan.Zero, "Mail:SendPatience is more than zero."),
        (options.FirstPause >= MinFirstPause && options.MaxPause >= options.FirstPause,
            "Mail:FirstPause is at least 1 min, and MaxPause at least that."),
        (options.GiveUpAfter >= TimeSpan.Zero, "Mail:GiveUpAfter is not negative."));
}
