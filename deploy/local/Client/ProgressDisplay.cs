namespace Ax2.Local.Client;

/// <summary>
/// Shows progress: on a terminal one line that changes in place, else a new line for each new stage and each tenth, so
/// that a log stays short.
/// </summary>
/// <param name="width">Of the terminal in characters, or null when the output is none.</param>
internal sealed class ProgressDisplay(TextWriter output, int? width) : IDisposable
{
    private const string ToStartAndClear = "\r\e[K";
    private readonly Lock writing = new();
    private string lastKey = "";
    private bool isLineOpen;

    public static ProgressDisplay ForErrorStream() =>
        new(Console.Error, Console.IsErrorRedirected ? null : Math.Max(20, Console.WindowWidth));

    /// <param name="key">What it says in the coarse: without a terminal, nothing new is written while it stays.</param>
    public void Show(string key, string line)
    {
        lock (writing)
        {
            if (width is { } columns)
            {
                output.Write(ToStartAndClear + (line.Length < columns ? line : line[..(columns - 1)]));
                output.Flush();
                isLineOpen = true;
            }
            else if (key != lastKey)
            {
                output.WriteLine(line);
            }
            lastKey = key;
        }
    }

    public void Show(Job job) => Show($"{job.Stage} {(int)job.Progress.Percent / 10}", ProgressLine.Of(job));

    public void Dispose()
    {
        lock (writing)
        {
            if (isLineOpen)
                output.Write(ToStartAndClear);
            isLineOpen = false;
        }
    }
}
