using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using Ax2.Local;
using Ax2.TestKit;
using Xunit;

namespace Ax2.Repo.Tests.Local;

/// <summary>Who may do what with services that a killed supervisor left: all that record and lock decide.</summary>
[NeedsProcesses]
public sealed class AdoptionTests : IDisposable
{
    private readonly LocalLayout layout =
        new("/repo", Directory.CreateTempSubdirectory("ax2-adoption-test-").FullName, FreePorts.FindRun(20));
    private readonly StringWriter output = new();

    public void Dispose()
    {
        output.Dispose();
        Directory.Delete(layout.Home, recursive: true);
    }

    [Fact]
    public async Task Supervise_AnotherHoldsTheLock_LeavesTheRecordAlone()
    {
        var record = Record(Gone, Service("silo 0", Self));
        using var other = StackControl.Lock(layout);

        Assert.Equal(ExitCodes.AlreadyRunning, await SuperviseAsync());

        Assert.Equal(record.Supervisor, StackRecord.Read(layout)!.Supervisor);
    }

    /// <summary>Its port is taken, so that it adopts nothing; until then `down` asks it to stop.</summary>
    [Fact]
    public async Task Supervise_ServicesAreLeft_RecordsItselfWithThemBeforeAnythingElse()
    {
        var services = Record(Gone, Service("silo 0", Self), Service("silo 1", Self)).Services;
        using var stranger = new TcpListener(IPAddress.Loopback, layout.ApiPort);
        stranger.Start();

        Assert.Equal(ExitCodes.Failed, await SuperviseAsync());

        var record = StackRecord.Read(layout)!;
        Assert.Equal((StackPhase.Starting, Self), (record.Phase, record.Supervisor));
        Assert.Equal(services, record.Services);
        Assert.Contains("nothing was adopted", output.ToString(), StringComparison.Ordinal);
        Assert.Contains($"{layout.ApiPort} (web page and API)", output.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Down_SupervisorHasTheLockAndIsNotRecordedYet_StopsItAndWhatRuns()
    {
        using var silo = Sleep();
        using var supervisor = Sleep();
        Record(Gone, Service("silo 0", ProcessIdentity.Of(silo.Id)));
        var begun = StackControl.Lock(layout)!;

        var down = StackControl.StopAsync(layout, TimeProvider.System);
        Record(ProcessIdentity.Of(supervisor.Id)!, Service("silo 0", ProcessIdentity.Of(silo.Id)));
        await supervisor.WaitForExitAsync(TestContext.Current.CancellationToken);
        begun.Dispose();

        Assert.True(await down);
        await silo.WaitForExitAsync(TestContext.Current.CancellationToken);
        Assert.Null(StackRecord.Read(layout));
    }

    [Fact]
    public async Task Down_NothingIsThere_SaysSo() =>
        Assert.False(await StackControl.StopAsync(layout, TimeProvider.System));

    [Fact]
    public async Task Prepare_WhatRunsUsesADatabaseThatIsNotGiven_IsRefused()
    {
        (Record(Gone, Service("silo 0", Self)) with { ExternalPostgres = true }).Write(layout);

        var refusal = await Assert.ThrowsAsync<SetupException>(() => StackControl.PrepareAsync(
            layout, yes: true, TimeProvider.System, TestContext.Current.CancellationToken));

        Assert.Contains(ServiceEnvironment.Postgres, refusal.Message, StringComparison.Ordinal);
    }

    private static Process Sleep() => Process.Start(new ProcessStartInfo("sleep", ["600"]))!;

    private static ProcessIdentity Self => ProcessIdentity.Of(Environment.ProcessId)!;

    private static ProcessIdentity Gone => Self with { Start = "before" };

    private Task<int> SuperviseAsync() => Supervisor.RunAsync(
        layout, silos: 1, output, TimeProvider.System, TestContext.Current.CancellationToken);

    private StackRecord Record(ProcessIdentity supervisor, params ServiceRecord[] services)
    {
        var record = new StackRecord(StackPhase.Ready, supervisor, layout.FirstPort, false, services, null);
        record.Write(layout);
        return record;
    }

    private static ServiceRecord Service(string name, ProcessIdentity? process) =>
        new(name, process, new("http://127.0.0.1:1"), "/log", 0);
}
