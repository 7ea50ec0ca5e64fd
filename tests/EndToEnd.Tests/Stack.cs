using Ax2.TestKit;
using Ax2.TestKit.Limits;
using Xunit;
using Xunit.Sdk;
using Xunit.v3;

[assembly: AssemblyFixture(typeof(Ax2.Tests.Stack))]
[assembly: Parallelization(Mode = ParallelMode.None)]

namespace Ax2.Tests;

/// <summary>
/// The whole product as a user runs it, with two silo processes, in a home of its own. Only the downloaded tools and
/// models are shared with the machine's own copy.
/// </summary>
public sealed class Stack : IAsyncLifetime
{
    private const int Silos = 2;

    /// <summary>The one that the configuration makes an admin.</summary>
    private const string AdminEmail = "admin@example.com";
    private static readonly TimeSpan StartTimeout = TimeSpan.FromMinutes(5);

    public string Home { get; } = Directory.CreateTempSubdirectory("ax2-e2e-").FullName;

    public int FirstPort { get; } = FreePorts.FindRun(10 + Silos * 3);

    public Uri Origin => new($"http://127.0.0.1:{FirstPort}");

    public string Objects => Path.Combine(Home, "objects");

    public string Temporary => Path.Combine(Home, "tmp");

    public async ValueTask InitializeAsync()
    {
        // PostgreSQL runs as another user when the tests run as root, and must reach its data.
        if (!OperatingSystem.IsWindows())
        {
            File.SetUnixFileMode(Home, (UnixFileMode)Convert.ToInt32("755", 8));
        }

        foreach (var shared in new[] { Ax2Home.Tools, Ax2Home.Models })
        {
            Directory.CreateDirectory(shared);
            Directory.CreateSymbolicLink(Path.Combine(Home, Path.GetFileName(shared)), shared);
        }

        var up = await Ax2(StartTimeout, "up", "--detach", "--silos", $"{Silos}");
        Assert.True(up.ExitCode == 0, $"./ax2 up failed.\n{up.Output}\n{up.Error}");
    }

    public async ValueTask DisposeAsync()
    {
        var down = await Ax2(StartTimeout, "down");
        Directory.Delete(Home, recursive: true);
        Assert.True(down.ExitCode == 0, $"./ax2 down failed.\n{down.Output}\n{down.Error}");
    }

    /// <summary>Runs <c>./ax2</c> against this stack.</summary>
    public Task<CommandResult> Ax2(TimeSpan timeout, params string[] arguments) => Command.Run(
        Path.Combine(Ax2Home.RepositoryRoot, "ax2"),
        arguments,
        timeout,
        [
            ("AX2_HOME", Home),
            ("AX2_PORT", $"{FirstPort}"),
            ("Admin__Emails__0", AdminEmail),
            .. NoLimits.Settings.Select(setting => (setting.Key, setting.Value)),
        ]);

    /// <summary>A signed-up and signed-in user of this stack.</summary>
    public async Task<ApiSession> SignUp() => await ApiSession.SignUp(Origin);

    /// <summary>An admin is who has verified an admin's address.</summary>
    public async Task<ApiSession> SignInAdmin()
    {
        using (var first = await ApiSession.SignUp(Origin, AdminEmail))
        {
            await first.VerifyEmail();
        }

        // The session before remembers for a moment that this was no admin.
        return await ApiSession.SignUp(Origin, AdminEmail);
    }
}
