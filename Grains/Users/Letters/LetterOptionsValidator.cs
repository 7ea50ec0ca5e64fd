using Microsoft.Extensions.Options;

namespace Ax2.Users.Letters;

internal sealed class LetterOptionsValidator : IValidateOptions<LetterOptions>
{
    private static readonly TimeSpan MinFirstPause = TimeSpan.FromMinutes(1);

    public ValidateOptionsResult Validate(string? name, LetterOptions options) => OptionRules.Check(
        (options.SendPatience > TimeSpan.Zero, "Mail:SendPatience is more than zero."),
        (options.FirstPause >= MinFirstPause && options.MaxPause >= options.FirstPause,
            "Mail:FirstPause is at least 1 min, and MaxPause at least that."),
        (options.GiveUpAfter >= TimeSpan.Zero, "Mail:GiveUpAfter is not negative."));
}
