using Xunit;

namespace Ax2.Jobs.Queue;

public sealed class QueueForecastTests
{
    [Fact]
    public void WaitOf_JobsInOrder_IsTheAudioBeforeItOverTheSpeed()
    {
        var requests = new[] { Request(20_000), Request(30_000), Request(5_000) };
        var forecast = new QueueForecast(requests);

        Assert.Equal([0, 1, 2], requests.Select(request => forecast.PositionOf(request.JobId)));
        Assert.Equal(
            [0, 2, 5],
            requests.Select(request => forecast.WaitOf(request.JobId, speedMsPerSecond: 10_000).TotalSeconds));
    }

    [Fact]
    public void PositionOf_JobThatCameLater_IsBehindAll()
    {
        var forecast = new QueueForecast([Request(20_000), Request(30_000)]);
        var late = Guid.CreateVersion7();

        Assert.Equal((2, 50), (forecast.PositionOf(late), forecast.WaitOf(late, 1_000).TotalSeconds));
    }

    [Fact]
    public void WaitOf_HardlyAnySpeed_IsAtMostAMonth() => Assert.Equal(
        TimeSpan.FromDays(30), new QueueForecast([Request(long.MaxValue / 2)]).WaitOf(Guid.CreateVersion7(), 0.001));

    private static SlotRequest Request(long remainingMs) => new(
        Guid.CreateVersion7(), Guid.CreateVersion7(), "standard", DateTimeOffset.UnixEpoch, 1, remainingMs);
}
