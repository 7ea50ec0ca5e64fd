using Ax2.Benchmarks.Answers;
using Xunit;

namespace Ax2.Tests.Benchmarks.Answers;

public sealed class JobWatchTests
{
    [Theory]
    [InlineData(new[] { 1, 11, 12, 28, 29 }, 16)]
    [InlineData(new[] { 17 }, 13)]
    [InlineData(new[] { 25 }, 15)]
    [InlineData(new int[0], 20)]
    [InlineData(new[] { 5, 35 }, 20)]
    public void LongestGap_Events_IsTheLongestTimeWithoutOneBetweenTheTwo(int[] events, int seconds) => Assert.Equal(
        TimeSpan.FromSeconds(seconds), JobWatch.LongestGap(events.Select(At), At(10), At(30)));

    private static DateTimeOffset At(int second) => DateTimeOffset.UnixEpoch.AddSeconds(second);
}
