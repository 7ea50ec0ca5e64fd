using Microsoft.Extensions.Configuration;
using Npgsql;

namespace Ax2.Postgres;

/// <summary>
/// The silo's database. Section <c>Postgres</c>, and <c>ConnectionStrings:Postgres</c> for where it is: what that
/// string says about pool, timeouts and keep-alive wins over <see cref="Defaults"/>.
/// </summary>
public sealed class PostgresOptions
{
    public const string Section = "Postgres";

    /// <summary>
    /// At most 50 connections for each process; 30 s for a command; a keep-alive after 30 s of silence, so that a
    /// connection that a firewall forgot is found before it is needed; repeated commands are prepared. A connection is
    /// not reset between two uses, which would cost the server seven statements each time: whoever changes its session
    /// changes it back.
    /// </summary>
    private const string Defaults =
        "Application Name=ax2-silo;Maximum Pool Size=50;Timeout=15;Command Timeout=30;Keepalive=30;"
        + "Max Auto Prepare=64;No Reset On Close=true;";

    /// <summary>
    /// The providers read their queries through it: always ours, whatever the connection string says.
    /// </summary>
    private const string SearchPath = "ax2,orleans";

    /// <summary>
    /// How long a starting process waits for the database to answer. Default 60 s; zero tries once.
    /// </summary>
    [ConfigurationKeyName("StartPatience")]
    public TimeSpan StartTimeout { get; set; } = TimeSpan.FromSeconds(60);

    /// <summary>
    /// How long a starting process waits for the migrations, another process's included. Default 5 min; zero is
    /// refused.
    /// </summary>
    [ConfigurationKeyName("MigrationPatience")]
    public TimeSpan MigrationTimeout { get; set; } = TimeSpan.FromMinutes(5);

    /// <summary>
    /// How long a statement of a migration waits for a lock, and with it everybody who writes to that table. After it
    /// the script is tried again, up to <see cref="MigrationTimeout"/>. Default 2 s; zero is refused.
    /// </summary>
    public TimeSpan MigrationLockTimeout { get; set; } = TimeSpan.FromSeconds(2);

    /// <summary>Throws when the connection string is not one; the message holds nothing of it.</summary>
    internal static string ConnectionString(string configured)
    {
        try
        {
            return new NpgsqlConnectionStringBuilder(Defaults + configured)
            {
                SearchPath = SearchPath,
                PersistSecurityInfo = false,
            }.ConnectionString;
        }
        catch (Exception unreadable) when (unreadable is ArgumentException or FormatException)
        {
            throw new RefusedStartException(
                "ConnectionStrings:Postgres is not a PostgreSQL connection string (Host=…;Username=…;Password=…;"
                + "Database=…).");
        }
    }
}
