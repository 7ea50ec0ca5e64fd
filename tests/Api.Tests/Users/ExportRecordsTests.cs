using Ax2.Deletion;
using Microsoft.Extensions.Time.Testing;
using Orleans.Runtime;
using Xunit;

namespace Ax2.Users;

/// <summary>An export that has begun comes to its end, whatever becomes of the silo that reads it.</summary>
public sealed class ExportRecordsTests
{
    private readonly FakeTimeProvider time = new();
    private int readings;

    [Theory]
    [InlineData(typeof(SiloUnavailableException))]
    [InlineData(typeof(TimeoutException))]
    [InlineData(typeof(EnumerationAbortedException))]
    public async Task Read_FaultOnTheWay_GivesEachRecordOnce(Type fault)
    {
        var read = await ReadAsync(() => Reading(readings == 1 ? 2 : 4, readings == 1 ? fault : null));

        Assert.Equal(["0", "1", "2", "3"], read.Records);
        Assert.Null(read.Fault);
        Assert.Equal(2, readings);
    }

    [Fact]
    public async Task Read_FaultBeforeTheFirstRecord_IsTheCallers()
    {
        var read = await ReadAsync(() => Reading(0, typeof(TimeoutException)));

        Assert.IsType<TimeoutException>(read.Fault);
        Assert.Equal(1, readings);
    }

    [Fact]
    public async Task Read_FaultOfTheProgram_IsNotWaitedOut()
    {
        var read = await ReadAsync(() => Reading(2, typeof(InvalidOperationException)));

        Assert.IsType<InvalidOperationException>(read.Fault);
        Assert.Equal(1, readings);
    }

    [Fact]
    public async Task Read_NoNewRecordInTime_BreaksOff()
    {
        var begun = time.GetUtcNow();

        var read = await ReadAsync(() => Reading(2, typeof(TimeoutException)));

        Assert.IsType<TimeoutException>(read.Fault);
        Assert.Equal(["0", "1"], read.Records);
        Assert.True(time.GetUtcNow() - begun >= ExportRecords.Limit, "It was given up too soon.");
    }

    /// <summary>To the end or to its fault, while time passes.</summary>
    private async Task<(List<string> Records, Exception? Fault)> ReadAsync(Func<IAsyncEnumerable<PersonalRecord>> read)
    {
        List<string> records = [];
        var reading = CollectAsync();
        while (!reading.IsCompleted)
        {
            time.Advance(TimeSpan.FromSeconds(1));
            await Task.Yield();
        }

        return (records, await Record.ExceptionAsync(() => reading));

        async Task CollectAsync()
        {
            var export = new ExportRecords(
                () =>
                {
                    readings++;
                    return read();
                },
                time);
            await foreach (var record in export.ReadAsync(TestContext.Current.CancellationToken))
            {
                records.Add(record.Json);
            }
        }
    }

    private static async IAsyncEnumerable<PersonalRecord> Reading(int count, Type? fault)
    {
        for (var i = 0; i < count; i++)
        {
            await Task.CompletedTask;
            yield return new PersonalRecord("job", $"{i}");
        }

        if (fault is not null)
        {
            throw (Exception)Activator.CreateInstance(fault)!;
        }
    }
}
