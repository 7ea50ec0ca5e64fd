using Microsoft.Extensions.Options;

namespace Ax2.Credits;

internal sealed class CreditsOptionsValidator : IValidateOptions<CreditsOptions>
{
    public ValidateOptionsResult Validate(string? name, CreditsOptions options) => OptionRules.Check(
        (options.HoldLife > TimeSpan.Zero, "Credits:HoldLife is more than zero."),
        (options.MaxHoldLife >= options.HoldLife, "Credits:MaxHoldLife is at least HoldLife."),
        (options.MaxOpenHolds >= 1 && options.MaxOpenGrants >= 1
            && options.MaxWaitingCommands >= 1 && options.MaxBatchCommands >= 1,
            "Credits: every limit is at least 1."));
}
