using System.Globalization;

namespace Ax2.Benchmarks.Cluster;

/// <summary>How busy the processors of this machine are.</summary>
internal static class Processors
{
    private const int Idle = 3;
    private const int WaitingForDisk = 4;

    /// <summary>Less than this and the machine is not at its limit.</summary>
    private const double Full = 0.9;

    /// <summary>The goal of a measurement that needs a machine at its limit.</summary>
    public const string IsFull = ">= 0.9";
    private static readonly TimeSpan FillTimeout = TimeSpan.FromMinutes(2);
    private static readonly TimeSpan Look = TimeSpan.FromSeconds(2);

    public static bool AreFull(double busy) => busy >= Full;

    /// <summary>The part of their time that they compute, from 0 to 1, during <paramref name="span"/>.</summary>
    public static async Task<double> BusyAsync(TimeSpan span, CancellationToken cancellationToken)
    {
        var before = Read();
        await Task.Delay(span, TimeProvider.System, cancellationToken);
        return Busy(before, Read());
    }

    /// <summary>Waits until the processors have nothing left, for two minutes at most.</summary>
    /// <returns>How busy they were at the last look.</returns>
    public static async Task<double> FillAsync(CancellationToken cancellationToken)
    {
        var since = TimeProvider.System.GetTimestamp();
        while (true)
        {
            var busy = await BusyAsync(Look, cancellationToken);
            if (AreFull(busy) || TimeProvider.System.GetElapsedTime(since) > FillTimeout)
            {
                return busy;
            }
        }
    }

    /// <summary>Ticks by what they went into, since the machine started.</summary>
    public static long[] Read() => [.. File.ReadLines("/proc/stat").First()
        .Split(' ', StringSplitOptions.RemoveEmptyEntries).Skip(1)
        .Select(ticks => long.Parse(ticks, CultureInfo.InvariantCulture))];

    public static double Busy(long[] before, long[] after)
    {
        var spent = after.Zip(before, (now, then) => now - then).ToArray();
        return 1 - ((spent[Idle] + spent[WaitingForDisk]) / (double)spent.Sum());
    }
}
