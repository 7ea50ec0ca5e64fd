using System.ComponentModel;
using System.Diagnostics;

namespace Ax2.Local;

/// <summary>Runs one short command to its end.</summary>
internal static class Command
{
    private const int TailCharacters = 4000;

    /// <summary>
    /// Answers what the command wrote to standard output. Throws <see cref="SetupException"/> with the tail of its
    /// errors when it is missing, fails or takes longer than <paramref name="timeout"/>; then it is ended first.
    /// </summary>
    public static async Task<string> RunAsync(
        IReadOnlyList<string> command,
        string? workingFolder,
        TimeSpan timeout,
        TimeProvider time,
        CancellationToken cancellationToken)
    {
        using var limit = new CancellationTokenSource(timeout, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellationToken);
        using var process = Start(command, workingFolder);
        var output = process.StandardOutput.ReadToEndAsync(either.Token);
        var errors = process.StandardError.ReadToEndAsync(either.Token);
        try
        {
            await process.WaitForExitAsync(either.Token);
            if (process.ExitCode != 0)
                throw new SetupException(
                    $"{command[0]} ended with {process.ExitCode}: {Tail(await errors + await output)}");
            return await output;
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            throw new SetupException($"{command[0]} took longer than {timeout.TotalSeconds:0} s.");
        }
        finally
        {
            if (!process.HasExited)
                process.Kill(entireProcessTree: true);
        }
    }

    public static string Tail(string text)
    {
        var trimmed = text.Trim();
        return trimmed.Length <= TailCharacters ? trimmed : "…" + trimmed[^TailCharacters..];
    }

    private static Process Start(IReadOnlyList<string> command, string? workingFolder)
    {
        var start = new ProcessStartInfo(command[0], command.Skip(1))
        {
            WorkingDirectory = workingFolder ?? "",
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            UseShellExecute = false,
        };
        try
        {
            var process = Process.Start(start) ?? throw new SetupException($"Could not start {command[0]}.");
            process.StandardInput.Close();
            return process;
        }
        catch (Win32Exception missing)
        {
            throw new SetupException($"'{command[0]}' is needed and could not be started: {missing.Message}.", missing);
        }
    }
}
