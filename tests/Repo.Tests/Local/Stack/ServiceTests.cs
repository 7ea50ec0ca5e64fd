using Ax2.Local;
using Xunit;

namespace Ax2.Repo.Tests.Local;

public sealed class ServiceTests
{
    [Fact]
    public async Task WaitUntilReady_AdoptedProcessThatEnds_SaysSo()
    {
        // Nobody listens on port 1.
        var plan = new ServicePlan(
            "silo 0", "program", "/", new Dictionary<string, string>(), LocalLayout.Loopback(1), "/no/such/log");
        using var service = new Service(plan, TimeProvider.System);
        service.Adopt(ProcessIdentity.Of(Environment.ProcessId)! with { Start = "before" }, restarts: 0);
        using var probe = new HealthProbe(TimeProvider.System);

        var failure = await Assert.ThrowsAsync<SetupException>(
            () => service.WaitUntilReadyAsync(probe, TestContext.Current.CancellationToken));

        Assert.StartsWith("The silo 0 ended before it was ready.", failure.Message, StringComparison.Ordinal);
    }
}
