using Ax2.TestKit;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Options;
using Microsoft.Extensions.Time.Testing;
using Npgsql;
using Xunit;

namespace Ax2.Http;

public sealed class ApiHealthTests(StandaloneApi api) : IClassFixture<StandaloneApi>
{
    /// <summary>One silo of many that is dead must not take every API out of service.</summary>
    [Theory]
    [InlineData(4.5, HealthStatus.Healthy)]
    [InlineData(5, HealthStatus.Unhealthy)]
    public async Task Silo_AnswersLate_IsReadyUntilADeadOneIsVotedOut(double seconds, HealthStatus status)
    {
        var time = new FakeTimeProvider();
        var answer = new TaskCompletionSource();
        var services = new ServiceCollection();
        services.AddSingleton<TimeProvider>(time).AddSingleton(Scripted.As<IClusterClient>((_, _) => null));
        services.AddApiHealth(_ => answer.Task);
        await using var provider = services.BuildServiceProvider();
        var silo = provider.GetRequiredService<IOptions<HealthCheckServiceOptions>>().Value.Registrations
            .Single(check => check.Name == "silo").Factory(provider);

        var asked = silo.CheckHealthAsync(new HealthCheckContext(), TestContext.Current.CancellationToken);
        time.Advance(TimeSpan.FromSeconds(seconds));
        answer.SetResult();

        Assert.Equal(status, (await asked).Status);
    }

    /// <summary>A frozen server: the connection or the command ends, then the command's cancellation.</summary>
    [Fact]
    public void Database_IsFrozen_EndsARequestWithinSeconds()
    {
        var database = new NpgsqlConnectionStringBuilder(
            api.Services.GetRequiredService<NpgsqlDataSource>().ConnectionString);

        Assert.InRange(database.Timeout, 1, 4);
        Assert.InRange(database.CommandTimeout + database.CancellationTimeout / 1000.0, 1, 6);
    }
}
