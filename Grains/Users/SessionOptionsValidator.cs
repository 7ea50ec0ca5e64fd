using Microsoft.Extensions.Options;

namespace Ax2.Users;

internal sealed class SessionOptionsValidator : IValidateOptions<SessionOptions>
{
    public ValidateOptionsResult Validate(string? name, SessionOptions options) => OptionRules.Check(
        (options.IdleLifetime > TimeSpan.Zero, "Sessions:IdleLifetime is more than zero."),
        (options.MaxLifetime >= options.IdleLifetime, "Sessions:MaxLifetime is at least IdleLifetime."),
        (options.RefreshGrace >= TimeSpan.Zero, "Sessions:RefreshGrace is not negative."),
        (options.MaxPerUser >= 1, "Sessions:MaxPerUser is at least 1."));
}

internal sealed class TokenOptionsValidator : IValidateOptions<TokenOptions>
{
    public ValidateOptionsResult Validate(string? name, TokenOptions options) => OptionRules.Check(
        (options.Issuer.Length > 0 && options.Audience.Length > 0, "Tokens: Issuer and Audience are set."),
        (options.AccessLifetime > TimeSpan.Zero, "Tokens:AccessLifetime is more than zero."),
        (options.PublishAhead > TimeSpan.Zero && options.KeyLifetime > options.PublishAhead,
            "Tokens:KeyLifetime is more than PublishAhead, and that more than zero."));
}
