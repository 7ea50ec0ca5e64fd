using System.Globalization;

namespace Ax2.Benchmarks.Cluster;

/// <summary>How busy the processors of this machine are.</summary>
internal static class Processors
{
    private const int Idle = 3;
    private const int WaitingForDisk = 4;

    /// <summary>The part of their time that they compute, from 0 to 1, during <paramref name="span"/>.</summary>
    public static async Task<double> BusyAsync(TimeSpan span, CancellationToken cancellationToken)
    {
        var before = Read();
        await Task.Delay(span, TimeProvider.System, cancellationToken);
        return Busy(before, Read());
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
