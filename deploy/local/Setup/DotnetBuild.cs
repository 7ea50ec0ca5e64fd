using System.Diagnostics;

namespace Ax2.Local;

/// <summary>Release builds of parts of the repository.</summary>
internal static class DotnetBuild
{
    /// <summary>Throws <see cref="SetupException"/> with the compiler's errors.</summary>
    /// <param name="project">Relative to the repository.</param>
    public static async Task RunAsync(LocalLayout layout, string project, CancellationToken cancellationToken)
    {
        // No build nodes are left behind: they would keep our output pipe open.
        var start = new ProcessStartInfo("dotnet",
            ["build", project, "-c", "Release", "-nodeReuse:false", "-v", "quiet", "-clp:ErrorsOnly;NoSummary"])
        {
            WorkingDirectory = layout.Repository,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        using var process = Process.Start(start) ?? throw new SetupException("Could not start dotnet.");
        process.StandardInput.Close();
        var output = process.StandardOutput.ReadToEndAsync(CancellationToken.None);
        var errors = process.StandardError.ReadToEndAsync(CancellationToken.None);
        try
        {
            await process.WaitForExitAsync(cancellationToken);
        }
        finally
        {
            if (!process.HasExited)
                process.Kill(entireProcessTree: true);
        }
        if (process.ExitCode != 0)
            throw new SetupException($"{project} could not be built.\n{Command.Tail(await output + await errors)}");
    }
}
