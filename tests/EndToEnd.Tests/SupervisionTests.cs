using System.Diagnostics;
using System.Text.Json;
using Ax2.Local;
using Ax2.TestKit;
using Xunit;

namespace Ax2.Tests;

/// <summary>What happens to the stack when the process that looks after it is killed.</summary>
public sealed class SupervisionTests(Stack stack)
{
    private static readonly TimeSpan Timeout = TimeSpan.FromMinutes(2);

    private StackRecord Record =>
        StackRecord.Read(new LocalLayout(Ax2Home.RepositoryRoot, stack.Home, stack.FirstPort))
        ?? throw new InvalidOperationException("No stack is recorded.");

    [Fact]
    public async Task Supervisor_Killed_TheStackServes_StatusSaysSo_AndUpAdoptsItAndStartsAgainWhatDies()
    {
        var before = Record;
        Kill(before.Supervisor);
        using (var user = await stack.SignUp())
        {
            Assert.Equal(JsonValueKind.Object, (await user.Read("/me")).ValueKind);
        }

        Kill(Process(before, "silo 1"));
        var status = await stack.Ax2(Timeout, "status");
        Assert.Equal(1, status.ExitCode);
        Assert.Contains("no supervisor", status.Output, StringComparison.Ordinal);
        Assert.Matches("silo 0 +ok", status.Output);
        Assert.Matches("silo 1 +BAD +not running", status.Output);

        var up = await stack.Ax2(Timeout, "up", "--detach");
        Assert.True(up.ExitCode == 0, up.Error);
        Assert.Equal(Process(before, "silo 0"), Process(Record, "silo 0"));
        Assert.Equal(Process(before, "API"), Process(Record, "API"));
        await UntilWell();
        Assert.NotEqual(Process(before, "silo 1"), Process(Record, "silo 1"));

        Kill(Process(before, "silo 0"));
        Assert.True(await IsRestarted("silo 0", Process(before, "silo 0")));
        await UntilWell();
    }

    [Fact]
    public void Logs_OfEveryProcess_BeginTheirEntriesWithTheTimeInUtc()
    {
        const string Time = @"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z ";
        Assert.All(Record.Services, service =>
        {
            var entries = Lines(service.Log).Where(line => line.Contains("info: ", StringComparison.Ordinal)).ToList();
            Assert.NotEmpty(entries);
            Assert.All(entries, entry => Assert.Matches(Time + "info: ", entry));
        });
        var supervisor = Lines(Path.Combine(stack.Home, "logs", "supervisor.log"))
            .Where(line => line.Contains("the stack is ready", StringComparison.Ordinal)).ToList();
        Assert.NotEmpty(supervisor);
        Assert.All(supervisor, line => Assert.Matches(Time + "the stack is ready", line));
    }

    private static string[] Lines(string path)
    {
        using var log = new StreamReader(
            new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete));
        return log.ReadToEnd().Split('\n');
    }

    private static ProcessIdentity Process(StackRecord record, string name) =>
        record.Services.Single(service => service.Name == name).Process!;

    private static void Kill(ProcessIdentity process)
    {
        using var running = System.Diagnostics.Process.GetProcessById(process.Pid);
        running.Kill();
        Assert.True(SpinWait.SpinUntil(() => !process.IsAlive, Timeout));
    }

    private async Task<bool> IsRestarted(string name, ProcessIdentity killed)
    {
        var clock = Stopwatch.StartNew();
        while (clock.Elapsed < Timeout)
        {
            var process = Record.Services.Single(service => service.Name == name).Process;
            if (process is not null && process != killed)
            {
                return true;
            }

            await stack.Ax2(Timeout, "status");
        }

        return false;
    }

    private async Task UntilWell()
    {
        var clock = Stopwatch.StartNew();
        CommandResult status;
        do
        {
            status = await stack.Ax2(Timeout, "status");
        }
        while (status.ExitCode != 0 && clock.Elapsed < Timeout);
        Assert.True(status.ExitCode == 0, status.Output);
    }
}
