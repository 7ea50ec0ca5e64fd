using System.Diagnostics;
using System.Globalization;
using System.Text;

namespace Ax2.TestKit.Cluster;

/// <summary>
/// A process that cannot outlive this one. Between the two stands a shell with a pipe to us: each line is a signal for
/// its child, and the end of the pipe, which comes however this process ends, is the child's. A shell knows its child's
/// id to be its child's until it has seen it end, so no stranger is ever signalled.
/// </summary>
public sealed class ChildProcess : IDisposable
{
    private const string KillOnExit =
        """
        log=$1; shift
        exec 3<&0 2>/dev/null
        "$@" >>"$log" 2>&1 </dev/null 3<&- &
        child=$!
        echo $child
        {
            while read -r signal; do kill -"$signal" $child; done
            kill -9 $child
        } <&3 >/dev/null &
        watch=$!
        wait $child
        code=$?
        kill -9 $watch
        exit $code
        """;

    // Above it lies a writer that would keep what the shell could not take, and fail on it again when it is disposed.
    private Stream Signals => _shell.StandardInput.BaseStream;

    private readonly Process _shell;

    private ChildProcess(Process shell, int id) => (_shell, Id) = (shell, id);

    /// <summary>Of the process itself, not of the shell.</summary>
    public int Id { get; }

    public bool HasExited => _shell.HasExited;

    /// <param name="log">The process's output is put at its end.</param>
    /// <param name="environment">Put over this process's own.</param>
    public static ChildProcess Start(
        IEnumerable<string> command, string log, string folder, IReadOnlyDictionary<string, string> environment)
    {
        var start = new ProcessStartInfo("/bin/sh", ["-c", KillOnExit, "child", log, .. command])
        {
            WorkingDirectory = folder,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
        };
        foreach (var (name, value) in environment)
        {
            start.Environment[name] = value;
        }

        var shell = Process.Start(start) ?? throw new InvalidOperationException("The shell did not start.");
        var id = shell.StandardOutput.ReadLine();
        return int.TryParse(id, CultureInfo.InvariantCulture, out var pid)
            ? new ChildProcess(shell, pid)
            : throw new InvalidOperationException("The shell started nothing.");
    }

    public void Kill() => Signal("KILL");

    /// <summary>It stops running and holds everything: connections, locks, what it was about to write.</summary>
    public void Freeze() => Signal("STOP");

    public void Thaw() => Signal("CONT");

    public void Terminate() => Signal("TERM");

    public async Task<int> WaitForExitAsync(CancellationToken cancellationToken)
    {
        await _shell.WaitForExitAsync(cancellationToken);
        return _shell.ExitCode;
    }

    public void Dispose()
    {
        Signals.Dispose();
        _shell.WaitForExit();
        _shell.Dispose();
    }

    private void Signal(string name)
    {
        try
        {
            Signals.Write(Encoding.ASCII.GetBytes(name + "\n"));
            Signals.Flush();
        }
        catch (IOException)
        {
            // It has ended, and the shell with it.
        }
    }
}
