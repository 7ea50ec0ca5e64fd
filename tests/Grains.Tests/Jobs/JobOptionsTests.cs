using Microsoft.Extensions.Configuration;
using Xunit;

namespace Ax2.Jobs;

public sealed class JobOptionsTests
{
    /// <summary>Operators' settings outlive a name in the code.</summary>
    [Fact]
    public void Bind_KeyFromBeforeTheRename_IsRead()
    {
        var configuration = new ConfigurationBuilder()
            .AddInMemoryCollection([new("Jobs:DrainPatience", "00:00:07")]).Build();

        var options = configuration.GetSection(JobOptions.Section).Get<JobOptions>();

        Assert.Equal(TimeSpan.FromSeconds(7), options!.DrainTimeout);
    }
}
