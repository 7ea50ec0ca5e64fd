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
}
