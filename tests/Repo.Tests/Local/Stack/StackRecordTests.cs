using Ax2.Local;
using Xunit;

namespace Ax2.Repo.Tests.Local;

public sealed class StackRecordTests : IDisposable
{
    private readonly LocalLayout layout =
        new("/repo", Directory.CreateTempSubdirectory("ax2-record-test-").FullName, 7000);

    public void Dispose() => Directory.Delete(layout.Home, recursive: true);

    [Fact]
    public void Read_WhatWasWritten_IsTheSame()
    {
        var service = new ServiceRecord("silo 0", new(7, "boot/8"), new("http://127.0.0.1:7012"), "/log", 2);
        var record = new StackRecord(StackPhase.Ready, new(5, "boot/6"), 7000, false, [service], null);

        record.Write(layout);

        var read = StackRecord.Read(layout)!;
        Assert.Equal(service, Assert.Single(read.Services));
        Assert.Equal(record with { Services = read.Services }, read);
    }

    [Fact]
    public void Read_NothingThere_IsNull() => Assert.Null(StackRecord.Read(layout));

    [Fact]
    public void Read_NotARecord_IsNull()
    {
        Directory.CreateDirectory(layout.Run);
        File.WriteAllText(Path.Combine(layout.Run, "stack.json"), "{\"phase\":");

        Assert.Null(StackRecord.Read(layout));
    }

    [Fact]
    public void Running_SupervisorIsGone_IsNull()
    {
        var self = ProcessIdentity.Of(Environment.ProcessId)!;
        var record = new StackRecord(StackPhase.Ready, self, 7000, false, [], null);
        record.Write(layout);
        Assert.NotNull(StackControl.Running(layout));

        (record with { Supervisor = self with { Start = "before" } }).Write(layout);

        Assert.Null(StackControl.Running(layout));
    }

    [Fact]
    public void Unsupervised_SupervisorIsGoneAndASiloServes_IsTheRecord()
    {
        Record(Gone, Service("silo 0", Self), Service("silo 1", Gone), Service(StackPlan.ApiName, null));

        Assert.Equal(2, StackControl.Unsupervised(layout)?.Silos);
    }

    [Fact]
    public void Unsupervised_NothingOfItIsLeft_IsNull()
    {
        Record(Gone, Service("silo 0", Gone), Service(StackPlan.ApiName, null));

        Assert.Null(StackControl.Unsupervised(layout));
    }

    [Fact]
    public void Unsupervised_SupervisorRuns_IsNull()
    {
        Record(Self, Service("silo 0", Self));

        Assert.Null(StackControl.Unsupervised(layout));
    }

    [Fact]
    public async Task Status_SupervisorIsGoneAndASiloServes_SaysWhatServesAndThatNobodyStartsItAgain()
    {
        Record(Gone, Service("silo 0", Self), Service(StackPlan.ApiName, Gone));

        var status = await StackStatus.ReadAsync(
            layout, TimeProvider.System, TestContext.Current.CancellationToken);

        Assert.Equal(ExitCodes.Failed, status.ExitCode);
        Assert.Contains("no supervisor", Part("stack"), StringComparison.Ordinal);
        Assert.StartsWith("no answer", Part("silo 0"), StringComparison.Ordinal);
        Assert.StartsWith("not running", Part(StackPlan.ApiName), StringComparison.Ordinal);

        string Part(string name) => status.Parts.Single(part => part.Name == name).Detail;
    }

    private static ProcessIdentity Self => ProcessIdentity.Of(Environment.ProcessId)!;

    private static ProcessIdentity Gone => Self with { Start = "before" };

    private void Record(ProcessIdentity supervisor, params ServiceRecord[] services) =>
        new StackRecord(StackPhase.Ready, supervisor, 7000, false, services, null).Write(layout);

    private static ServiceRecord Service(string name, ProcessIdentity? process) =>
        new(name, process, new("http://127.0.0.1:1"), "/log", 0);
}
