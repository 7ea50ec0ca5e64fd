using System.Globalization;
using Xunit;

namespace Ax2;

/// <summary>Whether two requests take the same time, for who would learn something from the difference.</summary>
internal static class SameTime
{
    private const int Tries = 40;
    private const int Measurements = 5;

    /// <summary>
    /// One of some measurements has to find no difference: one that is real shows in each, what a busy machine adds
    /// does not.
    /// </summary>
    /// <param name="tolerance">How far two times may be apart, as a share, and still be called equal.</param>
    internal static async Task AssertAsync(Func<Task<double>> first, Func<Task<double>> second, double tolerance)
    {
        var ratios = new List<double>();
        while (ratios.Count < Measurements)
        {
            var times = await MeasureAsync(first, second);
            ratios.Add(times.Second / times.First);
            if (ratios[^1] > 1 - tolerance && ratios[^1] < 1 / (1 - tolerance))
            {
                return;
            }
        }

        Assert.Fail("The second takes so many times as long as the first: "
            + string.Join(", ", ratios.Select(r => r.ToString("0.00", CultureInfo.InvariantCulture))));
    }

    /// <summary>
    /// Of each, the time that a tenth of the tries were quicker than: a busy machine only adds to some of the times,
    /// and who attacks would compare the quickest.
    /// </summary>
    internal static async Task<(double First, double Second)> MeasureAsync(
        Func<Task<double>> first, Func<Task<double>> second)
    {
        var times = (First: new List<double>(), Second: new List<double>());
        // In turns, so that whatever slows the machine slows both.
        for (var i = 0; i < Tries; i++)
        {
            times.First.Add(await first());
            times.Second.Add(await second());
        }

        return (LowerDecile(times.First), LowerDecile(times.Second));
    }

    private static double LowerDecile(List<double> times) => times.Order().ElementAt(times.Count / 10);
}
