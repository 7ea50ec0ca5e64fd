using Ax2.Local;
using Ax2.Postgres;
using Xunit;

namespace Ax2.Hosting;

/// <summary>Who starts a silo waits for longer than the silo may take by its own settings.</summary>
public sealed class ReadyTimeoutTests
{
    [Fact]
    public void SiloReadyTimeout_NothingIsSet_OutlastsTheSilosOwnDefaults()
    {
        var options = new PostgresOptions();

        Assert.True(StackPlan.SiloReadyTimeout(new Dictionary<string, string>())
            > options.StartTimeout + options.MigrationTimeout);
    }

    [Fact]
    public void SiloReadyTimeout_LongMigrationIsAllowed_OutlastsIt() => Assert.True(
        StackPlan.SiloReadyTimeout(new Dictionary<string, string>
        {
            ["postgres__MigrationPatience"] = "02:00:00",
            ["Postgres__StartPatience"] = "00:30:00",
        })
        > TimeSpan.FromHours(2.5));
}
