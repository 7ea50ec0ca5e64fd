using System.ComponentModel;
using System.Diagnostics;
using Xunit;

namespace Ax2.FrontEnd;

/// <summary>Runs the scripts' own tests (<c>*.test.mjs</c>, beside this file) with Node's test runner.</summary>
public sealed class NodeTests
{
    private static readonly Version OldestNode = new(20, 19);

    public static TheoryData<string> Suites =>
        [
            .. Directory.EnumerateFiles(Folder, "*.test.mjs")
                .Select(path => Path.GetFileName(path)).Order(StringComparer.Ordinal),
        ];

    private static string Folder => Path.Combine(Site.Repository, "tests", "Repo.Tests", "FrontEnd");

    [Theory, MemberData(nameof(Suites))]
    public async Task Suite_UnderNode_Passes(string suite)
    {
        await RequireNode();

        var (exitCode, output) = await Run("--test", "--test-reporter=tap", Path.Combine(Folder, suite));

        Assert.True(exitCode == 0, output);
        Assert.DoesNotContain("# pass 0", output, StringComparison.Ordinal);
    }

    private static async Task RequireNode()
    {
        var found = await Version();
        if (found >= OldestNode)
        {
            return;
        }

        var message = $"Install Node.js {OldestNode} or newer to test the web page's scripts "
            + $"(found: {found?.ToString() ?? "none"}).";
        if (Environment.GetEnvironmentVariable("CI") == "true")
        {
            Assert.Fail(message);
        }

        Assert.Skip(message);
    }

    private static async Task<Version?> Version()
    {
        try
        {
            var (_, output) = await Run("--version");
            return System.Version.Parse(output.Trim().TrimStart('v'));
        }
        catch (Win32Exception)
        {
            return null;
        }
    }

    private static async Task<(int ExitCode, string Output)> Run(params string[] arguments)
    {
        var cancellationToken = TestContext.Current.CancellationToken;
        using var node = Process.Start(new ProcessStartInfo("node", arguments) { RedirectStandardOutput = true })!;
        var output = await node.StandardOutput.ReadToEndAsync(cancellationToken);
        await node.WaitForExitAsync(cancellationToken);
        return (node.ExitCode, output);
    }
}
