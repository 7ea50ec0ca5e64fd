using Microsoft.Extensions.Options;

namespace Ax2.Limits;

internal sealed class LimitOptionsValidator : IValidateOptions<LimitOptions>
{
    private static readonly TimeSpan LongestMinTime = TimeSpan.FromSeconds(10);

    public ValidateOptionsResult Validate(string? name, LimitOptions options) => OptionRules.Check(
        (options.All.All(rule => rule.IsValid),
            "Limits: permits are 0 to 100 000 000, windows more than zero and at most a day."),
        (options.LeaseLife > TimeSpan.Zero, "Limits:LeaseLife is more than zero."),
        (options.SignInFailure.MinTime >= TimeSpan.Zero && options.SignInFailure.MinTime < LongestMinTime,
            "Limits:SignInFailure:MinTime is not negative, and less than 10 s."));
}
