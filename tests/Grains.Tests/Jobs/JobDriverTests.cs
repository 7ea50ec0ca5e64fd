using Ax2.Credits;
using Ax2.Jobs.Steps;
using Ax2.TestKit;
using Ax2.TestKit.Jobs;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using Orleans.Storage;
using Xunit;

namespace Ax2.Jobs;

/// <summary>The loop over scripted steps, one activation after the other over the same storage.</summary>
public sealed class JobDriverTests
{
    private const int MaxStageAttempts = 7;
    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(10);
    private readonly JobOptions _options = new() { RetryDelay = TimeSpan.Zero, MaxStageAttempts = MaxStageAttempts };
    private readonly Dictionary<JobStage, Func<JobContext, CancellationToken, Task<StepResult>>> _steps = new()
    {
        [JobStage.Settling] = (_, _) => Task.FromResult(StepResult.Succeeded()),
        [JobStage.Releasing] = (job, _) => Task.FromResult(job.State.Refusal is { } refusal
            ? StepResult.Failed(refusal)
            : StepResult.Cancelled),
    };

    private readonly List<JobStage> _tries = [];
    private ScriptedStorage<CaptionJobState> _storage = new(new CaptionJobState());
    private Host _host = new();

    [Theory]
    [InlineData(JobStage.Accepted)]
    [InlineData(JobStage.Reserved)]
    [InlineData(JobStage.Transcribing)]
    [InlineData(JobStage.Storing)]
    public async Task Stage_FailsForGood_EndsFailedWithTheReasonAndReleasesTheHold(JobStage stage)
    {
        Begin(stage);
        Fail(stage);

        var job = await DriveToTheEnd();

        Assert.Equal((JobStage.Failed, JobRefusals.StageFailed), (job.Stage, job.Refusal?.Code));
        Assert.Equal((0L, 0), (job.HeldCredits, job.StageAttempts));
        Assert.InRange(_tries.Count(tried => tried == stage), 5, MaxStageAttempts);
        Assert.Single(_tries, JobStage.Releasing);
    }

    /// <summary>The hold is not extended any more, and expires by itself.</summary>
    [Theory]
    [InlineData(JobStage.Settling, 0, JobStage.Failed)]
    [InlineData(JobStage.Releasing, 0, JobStage.Failed)]
    [InlineData(JobStage.Settling, 1_000, JobStage.Partial)]
    [InlineData(JobStage.Releasing, 1_000, JobStage.Partial)]
    public async Task Hold_CannotBeResolved_EndsTheJobAllTheSame(JobStage stage, long paidMs, JobStage end)
    {
        Begin(stage, job => job with { PaidMs = paidMs });
        Fail(stage);

        var job = await DriveToTheEnd();

        Assert.Equal((end, JobRefusals.StageFailed, 0L), (job.Stage, job.Refusal?.Code, job.HeldCredits));
        Assert.All(_tries, tried => Assert.Equal(stage, tried));
    }

    [Fact]
    public async Task Releasing_OfAJobThatFailed_KeepsItsReason()
    {
        Begin(JobStage.Releasing, job => job with { Refusal = new Refusal(JobRefusals.SpeechRefused, "No.") });
        Fail(JobStage.Releasing);

        Assert.Equal(JobRefusals.SpeechRefused, (await DriveToTheEnd()).Refusal?.Code);
    }

    [Fact]
    public async Task Stage_FailsWithoutALimit_IsTriedOn()
    {
        _options.MaxStageAttempts = 0;
        Begin(JobStage.Settling);
        var failures = 0;
        _steps[JobStage.Settling] = (job, _) =>
        {
            Assert.False(job.IsLastAttempt);
            return ++failures <= 60 ? throw new IOException("Away.") : Task.FromResult(StepResult.Succeeded());
        };

        Assert.Equal(JobStage.Done, (await DriveToTheEnd()).Stage);
    }

    [Fact]
    public void MaxStageAttempts_ByDefault_OutlastsHalfAnHour()
    {
        var options = new JobOptions();
        var pauses = Enumerable.Range(1, options.MaxStageAttempts - 1)
            .Sum(failures => options.BackOff(failures, options.MaxRetryDelay).TotalMinutes);

        Assert.InRange(pauses, 30, 45);
    }

    [Fact]
    public async Task Step_OnTheLastAttempt_KnowsIt()
    {
        Begin(JobStage.Accepted, job => job with { StageAttempts = MaxStageAttempts - 2 });
        List<bool> isLast = [];
        _steps[JobStage.Accepted] = (job, _) =>
        {
            isLast.Add(job.IsLastAttempt);
            throw new IOException("Away.");
        };

        await DriveToTheEnd();

        Assert.Equal([false, true], isLast);
    }

    /// <summary>What ends its silo each time is counted too, where the work is the job's own.</summary>
    [Theory]
    [InlineData(JobStage.Storing, 0)]
    [InlineData(JobStage.Transcribing, 1)]
    public async Task Resume_AfterTheLastAttempt_TriesOnlyWhatRunsElsewhere(JobStage stage, int tries)
    {
        Begin(stage, job => job with { StageAttempts = MaxStageAttempts - 1 });
        Fail(stage);

        Assert.Equal(JobStage.Failed, (await DriveToTheEnd()).Stage);
        Assert.Equal(tries, _tries.Count(tried => tried == stage));
    }

    [Fact]
    public async Task Step_FailsInAnActivationThatWasOvertaken_IsNotTriedThereAgain()
    {
        Begin(JobStage.Accepted);
        Fail(JobStage.Accepted);
        _storage.BeforeWrite = () => throw new InconsistentStateException("Another has written.");

        await DriveOnce();

        Assert.True(_host.IsGivenUp);
        Assert.Single(_tries);
    }

    [Theory]
    [InlineData(JobStage.Accepted)]
    [InlineData(JobStage.Reserved)]
    [InlineData(JobStage.Transcribing)]
    public async Task Cancel_WhileTheStepWaits_EndsItAndReleasesTheHold(JobStage stage)
    {
        Begin(stage);
        var entered = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        _steps[stage] = async (job, cancellationToken) =>
        {
            entered.TrySetResult();
            if (!job.State.IsCancelRequested)
            {
                await Task.Delay(System.Threading.Timeout.InfiniteTimeSpan, TimeProvider.System, cancellationToken);
            }

            return StepResult.Cancelled;
        };

        await CancelWhenEntered(entered.Task);

        Assert.Equal((JobStage.Cancelled, 0L), (_storage.Stored.Stage, _storage.Stored.HeldCredits));
        Assert.Null(_storage.Stored.Refusal);
        Assert.Single(_tries, JobStage.Releasing);
    }

    [Fact]
    public async Task Cancel_WhileStoringFails_ReleasesTheHoldAfterAFewTries()
    {
        Begin(JobStage.Storing);
        var entered = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        _steps[JobStage.Storing] = async (job, cancellationToken) =>
        {
            entered.TrySetResult();
            if (!job.State.IsCancelRequested)
            {
                await Task.Delay(System.Threading.Timeout.InfiniteTimeSpan, TimeProvider.System, cancellationToken)
                    .ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }

            throw new IOException("Away.");
        };

        await CancelWhenEntered(entered.Task);

        Assert.Equal((JobStage.Cancelled, 0L), (_storage.Stored.Stage, _storage.Stored.HeldCredits));
        Assert.InRange(_tries.Count(tried => tried == JobStage.Storing), 1, 3);
        Assert.Single(_tries, JobStage.Releasing);
    }

    /// <summary>The captions are stored within the request: they are delivered and charged.</summary>
    [Fact]
    public async Task Cancel_WhileStoringSucceeds_SettlesWhatIsDelivered()
    {
        Begin(JobStage.Storing);
        var entered = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        _steps[JobStage.Storing] = async (_, cancellationToken) =>
        {
            entered.TrySetResult();
            await Task.Delay(System.Threading.Timeout.InfiniteTimeSpan, TimeProvider.System, cancellationToken)
                .ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            return StepResult.Succeeded();
        };

        await CancelWhenEntered(entered.Task);

        Assert.Equal(JobStage.Done, _storage.Stored.Stage);
        Assert.Equal([JobStage.Storing, JobStage.Settling], _tries);
    }

    [Fact]
    public async Task Cancel_WhileSettling_ComesTooLate()
    {
        Begin(JobStage.Settling);
        var entered = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var settled = new TaskCompletionSource<StepResult>(TaskCreationOptions.RunContinuationsAsynchronously);
        _steps[JobStage.Settling] = (_, _) =>
        {
            entered.TrySetResult();
            return settled.Task;
        };
        var driver = Activate();
        driver.Resume();
        await entered.Task.WaitAsync(Timeout, TestContext.Current.CancellationToken);

        await driver.CancelAsync();
        settled.SetResult(StepResult.Succeeded());
        await _host.Ended.WaitAsync(Timeout, TestContext.Current.CancellationToken);

        Assert.Equal((JobStage.Done, false), (_storage.Stored.Stage, _storage.Stored.IsCancelRequested));
    }

    private void Begin(JobStage stage, Func<CaptionJobState, CaptionJobState>? change = null)
    {
        var job = new CaptionJobState
        {
            Command = new StartJob(Guid.CreateVersion7(), Guid.CreateVersion7(), Guid.CreateVersion7(), "en", null),
            Stage = stage,
            Quote = new Quote(1, 2, []),
            HeldCredits = 2,
            QueuedSince = TimeProvider.System.GetUtcNow(),
        };
        _storage = new ScriptedStorage<CaptionJobState>(change?.Invoke(job) ?? job);
    }

    private void Fail(JobStage stage) => _steps[stage] = (_, _) => throw new IOException("Away.");

    private async Task CancelWhenEntered(Task entered)
    {
        var driver = Activate();
        driver.Resume();
        await entered.WaitAsync(Timeout, TestContext.Current.CancellationToken);
        await driver.CancelAsync();
        await _host.Ended.WaitAsync(Timeout, TestContext.Current.CancellationToken);
    }

    private async Task<CaptionJobState> DriveToTheEnd()
    {
        while (!JobFlow.IsOver(_storage.Stored.Stage))
        {
            await DriveOnce();
        }

        Assert.False(_host.IsGivenUp);
        return _storage.Stored;
    }

    private async Task DriveOnce()
    {
        var driver = Activate();
        driver.Resume();
        await _host.Ended.WaitAsync(Timeout, TestContext.Current.CancellationToken);
        await driver.StopAsync(TestContext.Current.CancellationToken);
    }

    private JobDriver Activate()
    {
        _storage.State = _storage.Stored;
        var id = Guid.CreateVersion7();
        var state = new StoredState<CaptionJobState>(_storage, _ => { });
        var grains = Scripted.As<IGrainFactory>((_, _) => null);
        _host = new Host
        {
            New = () => new Recognition(id, state, grains, _options, TimeProvider.System, NullLogger.Instance),
        };
        var feed = new JobFeed(id, state, new RecordingJobIndex(), TimeProvider.System);
        var hold = new JobHold(grains, Options.Create(new CreditsOptions()), TimeProvider.System);
        return new JobDriver(
            _host, id, state, feed, [.. _steps.Keys.Select(stage => new Step(this, stage))], hold, _options,
            TimeProvider.System, NullLogger.Instance);
    }

    private sealed class Step(JobDriverTests test, JobStage stage) : IJobStep
    {
        public JobStage Stage => stage;

        public async Task<StepResult> RunAsync(JobContext job, CancellationToken cancellationToken)
        {
            test._tries.Add(stage);
            return await test._steps[stage](job, cancellationToken);
        }
    }

    /// <summary>It ends when its activation is given up, or the job is over.</summary>
    private sealed class Host : IJobHost
    {
        private readonly TaskCompletionSource _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public Func<Recognition> New { get; init; } = () => throw new InvalidOperationException();

        public Task Ended => _ended.Task;

        public bool IsGivenUp { get; private set; }

        public Recognition NewRecognition() => New();

        public IDisposable StartTimer(Action tick, TimeSpan period) => new CancellationTokenSource();

        public Task RegisterReminderAsync() => Task.CompletedTask;

        public Task UnregisterReminderAsync()
        {
            _ended.TrySetResult();
            return Task.CompletedTask;
        }

        public void GiveUp()
        {
            IsGivenUp = true;
            _ended.TrySetResult();
        }
    }
}
