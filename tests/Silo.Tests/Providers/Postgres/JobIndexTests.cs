using System.Collections.Immutable;
using Ax2.Credits;
using Ax2.Jobs;
using Ax2.Postgres;
using Ax2.TestKit;
using Npgsql;
using Xunit;

namespace Ax2.Tests.Postgres;

[NeedsProcesses]
public sealed class JobIndexTests(MigratedDatabase database) : IClassFixture<MigratedDatabase>, IAsyncLifetime
{
    private static readonly DateTimeOffset Created = new(2026, 1, 2, 3, 4, 5, TimeSpan.FromHours(9));

    private readonly Guid user = Guid.CreateVersion7();
    private readonly JobView accepted = new(
        Guid.CreateVersion7(), Guid.CreateVersion7(), Guid.CreateVersion7(), "a 'quoted' 이름.mp4", "en",
        JobStage.Accepted, EventNumber: 1, MediaDurationMs: 0, ProcessedMs: 0, EstimatedRemainingMs: null,
        new Quote(1, 0, []), HeldCredits: 0, ChargedCredits: 0, Tracks: [], Refusal: null, Created, StartedAt: null, FinishedAt: null,
        History: [], Run: 1, OrderedMs: 0, Range: null, MergeInto: null, Queue: null, Chunks: [], IsCutComplete: false,
        SpeedMsPerSecond: null, DraftUntilMs: null, Charge: null, Quality: null);

    private NpgsqlDataSource source = null!;
    private JobIndex index = null!;

    public async ValueTask InitializeAsync()
    {
        source = await database.SourceAsync();
        index = new JobIndex(source);
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    [Fact]
    public async Task Upsert_NewJob_WritesEveryColumn()
    {
        await UpsertAsync(accepted);

        Assert.Equal(
            [
                accepted.JobId, accepted.WorkspaceId, user, accepted.UploadId, accepted.FileName, "en", (short)0, 1L,
                0L, 0L, 0L, DBNull.Value, Created.UtcDateTime, DBNull.Value,
            ],
            (await ReadAsync())[..14]);
    }

    [Fact]
    public async Task OfWorkspace_ListsItsJobsPageByPage_UntilTheyAreRemoved()
    {
        var others = accepted with { JobId = Guid.CreateVersion7(), WorkspaceId = Guid.CreateVersion7() };
        var second = accepted with { JobId = Guid.CreateVersion7() };
        foreach (var job in new[] { accepted, second, others })
        {
            await index.UpsertAsync(job, user, TestContext.Current.CancellationToken);
        }

        var first = Assert.Single(await List(null, 1));
        Assert.Equal(
            new[] { accepted.JobId, second.JobId }.Order(), new[] { first, Assert.Single(await List(first, 5)) });
        await index.RemoveAsync(accepted.JobId, TestContext.Current.CancellationToken);
        await index.RemoveAsync(accepted.JobId, TestContext.Current.CancellationToken);
        Assert.Equal([second.JobId], await List(null, 5));

        Task<ImmutableArray<Guid>> List(Guid? after, int limit) => index.ListOfWorkspaceAsync(
            accepted.WorkspaceId, after, limit, TestContext.Current.CancellationToken);
    }

    [Fact]
    public async Task Upsert_LaterEvent_OverwritesWhatChanges()
    {
        await UpsertAsync(accepted);
        var failed = accepted with
        {
            Stage = JobStage.Failed, EventNumber = 5, MediaDurationMs = 60_000, Quote = new Quote(1, 7, []),
            ChargedCredits = 3, Refusal = new Refusal("media_truncated", "It ends early."),
            FinishedAt = Created.AddMinutes(1),
        };

        await UpsertAsync(failed);

        Assert.Equal(
            [(short)7, 5L, 60_000L, 7L, 3L, "media_truncated", Created.UtcDateTime, Created.UtcDateTime.AddMinutes(1)],
            (await ReadAsync())[6..14]);
    }

    [Fact]
    public async Task Upsert_EarlierEvent_IsIgnored()
    {
        await UpsertAsync(accepted with { Stage = JobStage.Done, EventNumber = 5 });

        await UpsertAsync(accepted with { Stage = JobStage.Reserved, EventNumber = 4 });

        Assert.Equal([(short)6, 5L], (await ReadAsync())[6..8]);
    }

    /// <summary>A silo of the version before may have given it the number of progress that it did not store.</summary>
    [Fact]
    public async Task Upsert_EndOfALiveRowWithAHigherNumber_IsTaken()
    {
        await UpsertAsync(accepted with { Stage = JobStage.Transcribing, EventNumber = 900 });

        await UpsertAsync(accepted with { Stage = JobStage.Done, EventNumber = 5 });

        Assert.Equal([(short)6, 5L], (await ReadAsync())[6..8]);
    }

    /// <summary>A silo that was frozen writes the end that a retry has followed since.</summary>
    [Fact]
    public async Task Upsert_EndTenSecondsOlderThanTheLiveRow_IsIgnored()
    {
        await UpsertAsync(accepted with { Stage = JobStage.Reserved, EventNumber = 12_345 });

        await UpsertAsync(accepted with { Stage = JobStage.Failed, EventNumber = 2_345 });

        Assert.Equal([(short)1, 12_345L], (await ReadAsync())[6..8]);
    }

    [Fact]
    public async Task Upsert_EarlierEndAfterALaterOne_IsIgnored()
    {
        await UpsertAsync(accepted with { Stage = JobStage.Done, EventNumber = 9 });

        await UpsertAsync(accepted with { Stage = JobStage.Partial, EventNumber = 5 });

        Assert.Equal([(short)6, 9L], (await ReadAsync())[6..8]);
    }

    [Fact]
    public async Task Upsert_SameEventAgain_IsTakenAndHarmless()
    {
        await UpsertAsync(accepted);
        await UpsertAsync(accepted with { MediaDurationMs = 9 });

        Assert.Equal(9L, (await ReadAsync())[8]);
    }

    [Fact]
    public async Task Upsert_EventsInAnyOrderAtOnce_KeepsTheHighest()
    {
        await Task.WhenAll(Enumerable.Range(1, 20).Reverse().Select(
            number => UpsertAsync(accepted with { EventNumber = number, MediaDurationMs = number })));

        Assert.Equal([20L, 20L], (await ReadAsync())[7..9]);
    }

    [Fact]
    public async Task Upsert_EveryStage_IsTaken()
    {
        foreach (var (number, stage) in Enum.GetValues<JobStage>().Index())
        {
            await UpsertAsync(accepted with { Stage = stage, EventNumber = number + 2 });

            Assert.Equal((short)stage, (await ReadAsync())[6]);
        }
    }

    [Fact]
    public async Task ListLive_PageByPage_HasEachJobThatIsNotOverOnce()
    {
        var jobs = Enumerable.Range(0, 7).Select(_ => accepted with { JobId = Guid.CreateVersion7() }).ToArray();
        await Task.WhenAll(jobs.Select(UpsertAsync));
        await UpsertAsync(jobs[0] with { Stage = JobStage.Partial, EventNumber = 2 });

        var seen = new List<Guid>();
        await foreach (var page in index.ListLiveAsync(2, TestContext.Current.CancellationToken))
        {
            Assert.InRange(page.Length, 1, 2);
            seen.AddRange(page);
        }

        Assert.Equal(seen.Distinct().Count(), seen.Count);
        Assert.Equal(jobs.Skip(1).Select(job => job.JobId).Order(), seen.Intersect(jobs.Select(j => j.JobId)).Order());
    }

    /// <summary>A sweep wakes them, and their rows are written while it goes on.</summary>
    [Fact]
    public async Task ListLive_JobsThatAreTouchedMeanwhile_EndsAndHasEachOnce()
    {
        var jobs = Enumerable.Range(0, 5).Select(_ => accepted with { JobId = Guid.CreateVersion7() }).ToArray();
        await Task.WhenAll(jobs.Select(UpsertAsync));

        var seen = new List<Guid>();
        await foreach (var page in index.ListLiveAsync(2, TestContext.Current.CancellationToken))
        {
            seen.AddRange(page);
            Assert.Equal(seen.Distinct(), seen);
            await Task.WhenAll(jobs.Where(job => page.Contains(job.JobId)).Select(UpsertAsync));
        }

        Assert.Equal(jobs.Select(job => job.JobId).Order(), seen.Intersect(jobs.Select(j => j.JobId)).Order());
    }

    private Task UpsertAsync(JobView view) => index.UpsertAsync(view, user, TestContext.Current.CancellationToken);

    private async Task<object[]> ReadAsync()
    {
        await using var command = source.CreateCommand("SELECT * FROM ax2.jobs WHERE job_id = $1");
        command.Parameters.Add(new NpgsqlParameter<Guid> { TypedValue = accepted.JobId });
        await using var reader = await command.ExecuteReaderAsync(TestContext.Current.CancellationToken);
        Assert.True(await reader.ReadAsync(TestContext.Current.CancellationToken));
        var values = new object[reader.FieldCount];
        reader.GetValues(values);
        return values;
    }
}
