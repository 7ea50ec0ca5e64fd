using System.Diagnostics;
using System.Reflection;
using System.Runtime.InteropServices;
using Ax2.TestKit;
using Xunit;

namespace Ax2.FrontEnd;

/// <summary>Runs the scripts' own tests (<c>*.test.mjs</c>, beside this file) with Node's test runner.</summary>
[NeedsProcesses]
public sealed class NodeTests
{
    public static TheoryData<string> Suites =>
        [
            .. Directory.EnumerateFiles(Folder, "*.test.mjs")
                .Select(path => Path.GetFileName(path)).Order(StringComparer.Ordinal),
        ];

    private static string Folder => Path.Combine(Site.Repository, "tests", "Repo.Tests", "FrontEnd");

    [Theory, MemberData(nameof(Suites))]
    public async Task Suite_UnderNode_Passes(string suite)
    {
        var (exitCode, output) = await Run("--test", "--test-reporter=tap", Path.Combine(Folder, suite));

        Assert.True(exitCode == 0, output);
        Assert.DoesNotContain("# pass 0", output, StringComparison.Ordinal);
    }

    /// <summary>In the package that drives the browser, so that no test depends on what the machine has.</summary>
    private static string Node()
    {
        var folder = typeof(NodeTests).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>()
            .Single(data => data.Key == "NodeFolder").Value!;
        var system = OperatingSystem.IsMacOS() ? "darwin-" : OperatingSystem.IsWindows() ? "win32_" : "linux-";
        var architecture = RuntimeInformation.ProcessArchitecture.ToString().ToLowerInvariant();
        return Path.Combine(folder, system + architecture, OperatingSystem.IsWindows() ? "node.exe" : "node");
    }

    private static async Task<(int ExitCode, string Output)> Run(params string[] arguments)
    {
        var cancellationToken = TestContext.Current.CancellationToken;
        using var node = Process.Start(new ProcessStartInfo(Node(), arguments) { RedirectStandardOutput = true })!;
        var output = await node.StandardOutput.ReadToEndAsync(cancellationToken);
        await node.WaitForExitAsync(cancellationToken);
        return (node.ExitCode, output);
    }
}
