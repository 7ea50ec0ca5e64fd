using Microsoft.Extensions.Options;

namespace Ax2.Postgres;

internal sealed class PostgresOptionsValidator(IConfiguration configuration) : IValidateOptions<PostgresOptions>
{
    public ValidateOptionsResult Validate(string? name, PostgresOptions options) => OptionRules.Check(
        (!string.IsNullOrWhiteSpace(configuration.GetConnectionString("Postgres")),
            "ConnectionStrings:Postgres is not set."),
        (options.StartTimeout >= TimeSpan.Zero, "Postgres:StartPatience is not negative."),
        (options.MigrationTimeout > TimeSpan.Zero, "Postgres:MigrationPatience is more than zero."),
        // For PostgreSQL less than a millisecond is zero, which is no limit.
        (options.MigrationLockTimeout >= TimeSpan.FromMilliseconds(1),
            "Postgres:MigrationLockTimeout is at least a millisecond."));
}
