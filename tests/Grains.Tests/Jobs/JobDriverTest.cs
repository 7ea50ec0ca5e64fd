using Ax2.Credits;
using Ax2.Jobs.Steps;
using Ax2.TestKit;
using Ax2.TestKit.Jobs;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using Orleans.Storage;
using Xunit;

namespace Ax2.Jobs;

/// <summary>A driver over scripted steps, one activation after the other over the same storage.</summary>
public abstract class JobDriverTest
{
    protected const int MaxStageAttempts = 7;
    protected static readonly TimeSpan Timeout = TimeSpan.FromSeconds(10);
    private protected JobOptions JobOptions { get; } =
        new() { RetryDelay = TimeSpan.Zero, MaxStageAttempts = MaxStageAttempts };

    private protected Dictionary<JobStage, Func<JobContext, CancellationToken, Task<StepResult>>> Steps { get; } = new()
    {
        [JobStage.Settling] = (_, _) => Task.FromResult(StepResult.Succeeded()),
        [JobStage.Releasing] = (job, _) => Task.FromResult(job.State.Refusal is { } refusal
            ? StepResult.Failed(refusal)
            : StepResult.Cancelled),
    };

    private protected List<JobStage> Tries { get; } = [];

    /// <summary>Of the driver; the hold has the machine's.</summary>
    private protected ShiftedClock Clock { get; } = new();

    private protected ScriptedStorage<CaptionJobState> JobStorage { get; private set; } = new(new CaptionJobState());

    private protected Host LastHost { get; private set; } = new();

    private protected void Begin(JobStage stage, Func<CaptionJobState, CaptionJobState>? change = null)
    {
        var job = new CaptionJobState
        {
            Command = new StartJob(Guid.CreateVersion7(), Guid.CreateVersion7(), Guid.CreateVersion7(), "en", null),
            Stage = stage,
            Quote = new Quote(1, 2, []),
            HeldCredits = 2,
            QueuedSince = TimeProvider.System.GetUtcNow(),
        };
        JobStorage = new ScriptedStorage<CaptionJobState>(change?.Invoke(job) ?? job);
    }

    private protected void Fail(JobStage stage) => Steps[stage] = (_, _) => throw new IOException("Away.");

    private protected async Task CancelWhenEntered(Task entered)
    {
        var driver = Activate();
        driver.Resume();
        await entered.WaitAsync(Timeout, TestContext.Current.CancellationToken);
        await driver.CancelAsync();
        await LastHost.Ended.WaitAsync(Timeout, TestContext.Current.CancellationToken);
    }

    private protected async Task<CaptionJobState> DriveToTheEnd()
    {
        while (!JobFlow.IsOver(JobStorage.Stored.Stage))
        {
            await DriveOnce();
        }

        Assert.False(LastHost.IsGivenUp);
        return JobStorage.Stored;
    }

    private protected async Task DriveOnce()
    {
        var driver = Activate();
        driver.Resume();
        await LastHost.Ended.WaitAsync(Timeout, TestContext.Current.CancellationToken);
        await driver.StopAsync(TestContext.Current.CancellationToken);
    }

    private protected JobDriver Activate()
    {
        JobStorage.State = JobStorage.Stored;
        var id = Guid.CreateVersion7();
        var state = new StoredState<CaptionJobState>(JobStorage, _ => { });
        var grains = Scripted.As<IGrainFactory>((_, _) => null);
        LastHost = new Host
        {
            New = () => new Recognition(id, state, grains, JobOptions, TimeProvider.System, NullLogger.Instance),
        };
        var feed = new JobFeed(id, state, new RecordingJobIndex(), Clock);
        var hold = new JobHold(grains, Options.Create(new CreditsOptions()), TimeProvider.System);
        return new JobDriver(
            LastHost, id, state, feed, [.. Steps.Keys.Select(stage => new Step(this, stage))], hold, JobOptions,
            Clock, NullLogger.Instance);
    }

    private sealed class Step(JobDriverTest test, JobStage stage) : IJobStep
    {
        public JobStage Stage => stage;

        public async Task<StepResult> RunAsync(JobContext job, CancellationToken cancellationToken)
        {
            test.Tries.Add(stage);
            return await test.Steps[stage](job, cancellationToken);
        }
    }

    /// <summary>It ends when its activation is given up, or the job is over.</summary>
    private protected sealed class Host : IJobHost
    {
        private readonly TaskCompletionSource _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public Func<Recognition> New { get; init; } = () => throw new InvalidOperationException();

        public Task Ended => _ended.Task;

        public bool IsGivenUp { get; private set; }

        /// <summary>How often the job was found to be over.</summary>
        public int Ends { get; private set; }

        public Recognition NewRecognition() => New();

        public IDisposable StartTimer(Action tick, TimeSpan period) => new CancellationTokenSource();

        public Task RegisterReminderAsync() => Task.CompletedTask;

        public Task UnregisterReminderAsync()
        {
            Ends++;
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
