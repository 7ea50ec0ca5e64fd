using Ax2.Credits;
using Ax2.Jobs.Chunks;
using Ax2.TestKit;
using Ax2.TestKit.Media;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using Xunit;

namespace Ax2.Jobs.Steps;

/// <summary>What the steps make of the account's refusals: no hold is lost, and none is left.</summary>
public sealed class HoldResolutionTests
{
    private static readonly DateTimeOffset Noon = new(2026, 1, 2, 12, 0, 0, TimeSpan.Zero);
    private static readonly CreditsOptions Credits = new();
    private readonly Guid _jobId = Guid.CreateVersion7();
    private readonly List<object> _commands = [];
    private readonly StoredState<CaptionJobState> _job;
    private readonly IGrainFactory _grains;

    /// <summary>What the account answers to each command; carried out unless a test says otherwise.</summary>
    private Func<object, string?> _refuse = _ => null;

    private bool _isChunkAway;

    public HoldResolutionTests()
    {
        var command = new StartJob(Guid.CreateVersion7(), Guid.CreateVersion7(), Guid.CreateVersion7(), "en", null);
        _job = new StoredState<CaptionJobState>(
            new ScriptedStorage<CaptionJobState>(new CaptionJobState
            {
                Command = command,
                MediaDurationMs = 10_000,
                IsCutComplete = true,
                Chunks = [new JobChunk(new ChunkSpan(0, 0, 10_000, 0, 10_000), ChunkOutcome.Done, IsCut: true)],
                Quote = PriceList.Quote(new PriceListOptions(), new PricedWork(10_000, [], false), null, Noon).Quote!,
                QueuedSince = Noon,
                HeldCredits = 2,
            }),
            _ => { });
        var account = Scripted.As<ICreditAccountGrain>((_, arguments) =>
        {
            _commands.Add(arguments[0]!);
            return Task.FromResult(new CreditAnswer(
                new CreditBalance(0, 0), _refuse(arguments[0]!) is { } code ? new Refusal(code, "No.") : null));
        });
        var cutter = Scripted.As<IAudioCutterGrain>((_, _) => Task.CompletedTask);
        var chunk = Scripted.As<ICaptionChunkGrain>((_, _) =>
            _isChunkAway ? Task.FromException(new IOException("Away.")) : Task.CompletedTask);
        _grains = Scripted.As<IGrainFactory>((_, arguments) =>
            arguments[0] is Guid key && key == command.WorkspaceId ? account
            : arguments.Length > 2 ? chunk
            : cutter);
    }

    [Fact]
    public async Task Extend_AccountIsBusy_IsNoExtension()
    {
        _refuse = _ => CreditRefusals.AccountBusy;

        await Assert.ThrowsAsync<AccountBusyException>(() => Hold().ExtendAsync(_jobId, _job));

        Assert.Null(_job.Value.HoldExtendedAt);
        _refuse = _ => null;
        await Hold().ExtendAsync(_jobId, _job);
        Assert.NotNull(_job.Value.HoldExtendedAt);
        // The same extension was asked for again.
        Assert.Equal(2, _commands.Count);
        Assert.Equal(_commands[0], _commands[1]);
    }

    [Theory]
    [InlineData(CreditRefusals.HoldResolved)]
    [InlineData(CreditRefusals.AboveHold)]
    public async Task Settle_IsRefused_ReturnsTheHoldAndHoldsNothing(string code)
    {
        _refuse = command => command is SettleHold ? code : null;

        var result = await new SettleStep(_grains, Cleanup()).RunAsync(
            new JobContext(_jobId, _job), TestContext.Current.CancellationToken);

        Assert.Equal(StepOutcome.Failed, result.Outcome);
        Assert.IsType<ReleaseHold>(_commands[^1]);
        var end = result.Change(_job.Value).Enter(JobFlow.Next(JobStage.Settling, result.Outcome), Noon);
        Assert.Equal((JobStage.Failed, code, 0L), (end.Stage, end.Refusal?.Code, end.HeldCredits));
    }

    /// <summary>Else the audio is charged, and the job says that it is not.</summary>
    [Fact]
    public async Task Settle_CheckpointsCannotBeDeleted_EndsPaidAllTheSame()
    {
        _isChunkAway = true;

        var result = await new SettleStep(_grains, Cleanup()).RunAsync(
            new JobContext(_jobId, _job), TestContext.Current.CancellationToken);

        Assert.Equal(StepOutcome.Succeeded, result.Outcome);
        Assert.Equal(10_000, result.Change(_job.Value).PaidMs);
        Assert.IsType<SettleHold>(_commands[^1]);
    }

    /// <summary>The row may be from a time when a refused settlement left the number of credits standing.</summary>
    [Fact]
    public async Task Release_OfARetryCancelledBeforeItsReservationWasAnswered_SettlesTheReservationFirst()
    {
        await _job.UpdateAsync(job => job.NextRun(job.Quote, Noon) with { Stage = JobStage.Releasing });

        var result = await new ReleaseStep(_grains, Cleanup()).RunAsync(
            new JobContext(_jobId, _job), TestContext.Current.CancellationToken);

        Assert.Equal(StepOutcome.Cancelled, result.Outcome);
        Assert.Equal([typeof(ReserveCredits), typeof(ReleaseHold)], _commands.Select(command => command.GetType()));
    }

    private JobHold Hold() => new(_grains, Options.Create(Credits), new FixedClock(Noon + (Credits.HoldLife * 0.6)));

    private JobCleanup Cleanup() => new(_grains, new InMemoryObjectStore(), NullLogger<JobCleanup>.Instance);

    private sealed class FixedClock(DateTimeOffset now) : TimeProvider
    {
        public override DateTimeOffset GetUtcNow() => now;
    }
}
