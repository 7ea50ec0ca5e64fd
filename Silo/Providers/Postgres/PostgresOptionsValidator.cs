using Microsoft.Extensions.Options;

namespace Ax2.Postgres;

internal sealed class PostgresOptionsValidator(IConfiguration configuration) : IValidateOptions<PostgresOptions>
{
    public ValidateOptionsResult Validate(string? name, PostgresOptions options) => OptionRules.Check(
        (!string.IsNullOrWhiteSpace(configuration.GetConnectionString("Postgres")),
            "ConnectionStrings:Postgres is not set."),
        (options.StartPatience >= TimeSpan.Zero, "Postgres:StartPatience is not negative."),
        (options.MigrationPatience > TimeSpan.Zero, "Postgres:MigrationPatience is more than zero."));
}
