using Ax2.Local;
using Xunit;

namespace Ax2.Repo.Tests.Local;

public sealed class LogTimeTests
{
    [Fact]
    public void Of_MomentWithAnOffset_IsUtcInIso8601() => Assert.Equal(
        "2030-02-03T22:06:07.089Z", LogTime.Of(new DateTimeOffset(2030, 2, 4, 7, 6, 7, 89, TimeSpan.FromHours(9))));
}
