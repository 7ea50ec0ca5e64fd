using System.Diagnostics;

namespace Ax2.Media;

/// <summary>One run of a tool. Disposing it ends the tool and removes its folder.</summary>
internal sealed class FfmpegRun(Process process, string folder) : IAsyncDisposable
{
    private readonly Task<string> _errors = BoundedText.ReadAsync(process.StandardError);

    public Stream Output { get; } = process.StandardOutput.BaseStream;

    public int ProcessId { get; } = process.Id;

    /// <summary>
    /// The exit code, 128 and the signal for a killed one, and the beginning and end of what it complained of.
    /// </summary>
    public async Task<(int ExitCode, string Errors)> EndAsync()
    {
        var errors = await _errors;
        await process.WaitForExitAsync(CancellationToken.None);
        return (process.ExitCode, errors);
    }

    /// <summary>After this, reads of <see cref="Output"/> end.</summary>
    public void Kill()
    {
        try
        {
            process.Kill();
        }
        catch (InvalidOperationException)
        {
            // It has ended, or was disposed of.
        }
    }

    public async ValueTask DisposeAsync()
    {
        Kill();
        await EndAsync();
        await Output.DisposeAsync();
        process.Dispose();
        RunFolders.Remove(folder);
    }
}

/// <summary>What a hostile file can make a tool print has no end; this keeps the beginning and the end.</summary>
internal static class BoundedText
{
    private const int MaxHeadChars = 32 * 1024;
    private const int MaxTailChars = 64 * 1024;

    public static async Task<string> ReadAsync(StreamReader reader)
    {
        var (head, tail) = (new System.Text.StringBuilder(), new System.Text.StringBuilder());
        var block = new char[4096];
        while (await reader.ReadAsync(block) is > 0 and var read)
        {
            var text = block.AsMemory(0, read);
            var free = Math.Min(MaxHeadChars - head.Length, read);
            head.Append(text[..free]);
            tail.Append(text[free..]);
            if (tail.Length > MaxTailChars * 2) tail.Remove(0, tail.Length - MaxTailChars);
        }
        return head.Append(tail).ToString();
    }
}
