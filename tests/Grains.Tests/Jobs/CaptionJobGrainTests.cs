using Ax2.Captions;
using Ax2.Captions.Speech;
using Ax2.Credits;
using Ax2.Media;
using Xunit;

namespace Ax2.Jobs;

[Collection(nameof(GrainCluster))]
public sealed class CaptionJobGrainTests(GrainCluster cluster) : IAsyncLifetime
{
    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(20);
    private readonly Guid _workspace = Guid.CreateVersion7();

    private ICreditAccountGrain Account => cluster.Grains.GetGrain<ICreditAccountGrain>(_workspace);

    public ValueTask InitializeAsync()
    {
        cluster.Reset();
        cluster.Speech.Script.Add(new SpeechSegment(
            1_000, 2_400, [new("Good", 1_000, 1_400, true), new("morning.", 1_400, 2_400, true)]));
        return ValueTask.CompletedTask;
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    [Fact]
    public async Task Start_WithCredits_EndsDoneWithCaptionsAndTheQuotedCharge()
    {
        await Grant(100);
        var job = Job();

        var answer = await job.Start(await Command());
        var done = await End(job);

        Assert.Null(answer.Refusal);
        Assert.Equal(JobStage.Done, done.Stage);
        Assert.Equal(2, done.ChargedCredits);
        Assert.Equal(new CreditBalance(98, 0), await Account.GetBalance());
        var track = await cluster.Grains.GetGrain<ICaptionTrackGrain>(done.JobId, "en", null).Get(_workspace);
        Assert.Equal("Good morning.", Assert.Single(track!.Cues).Text);
        Assert.Equal(
            [JobStage.Accepted, JobStage.Reserved, JobStage.Transcribing, JobStage.Storing, JobStage.Settling,
                JobStage.Done],
            done.History.Select(e => e.Stage));
    }

    [Fact]
    public async Task Start_WithoutEnoughCredits_IsRefusedAndLeavesNothing()
    {
        await Grant(1);
        var job = Job();

        var answer = await job.Start(await Command());

        Assert.Equal(CreditRefusals.Insufficient, answer.Refusal?.Code);
        Assert.Equal(1, answer.Refusal!.Figures!["shortfallCredits"]);
        Assert.Equal(new CreditBalance(1, 0), await Account.GetBalance());
        Assert.DoesNotContain(answer.Job!.JobId, cluster.Index.Rows.Keys);
        Assert.Empty(answer.Job.FileName);
    }

    [Fact]
    public async Task Start_Twice_IsTheSameJobChargedOnce()
    {
        await Grant(100);
        var job = Job();
        var command = await Command();

        await Task.WhenAll(job.Start(command), job.Start(command), job.Start(command));
        await End(job);

        Assert.Equal(new CreditBalance(98, 0), await Account.GetBalance());
        Assert.Equal(1, cluster.Speech.Runs);
    }

    [Fact]
    public async Task Start_OtherContentUnderTheSameId_IsAConflict()
    {
        await Grant(100);
        var job = Job();
        var command = await Command();
        await job.Start(command);

        var answer = await job.Start(command with { AudioStreamIndex = 0 });

        Assert.Equal(JobRefusals.IdempotencyConflict, answer.Refusal?.Code);
        await End(job);
    }

    [Theory]
    [InlineData("xx", null, CaptionRefusals.LanguageUnsupported)]
    [InlineData("en", 7, JobRefusals.AudioStreamUnknown)]
    public async Task Start_WhatCannotBeDone_IsRefusedAndHoldsNothing(string language, int? stream, string code)
    {
        await Grant(100);
        var command = await Command() with { Language = language, AudioStreamIndex = stream };

        var answer = await Job().Start(command);

        Assert.Equal(code, answer.Refusal?.Code);
        Assert.Null(answer.Job);
        Assert.Equal(new CreditBalance(100, 0), await Account.GetBalance());
    }

    [Fact]
    public async Task Start_AnotherWorkspacesUpload_IsUnknown()
    {
        var command = await Command() with { WorkspaceId = Guid.CreateVersion7() };

        Assert.Equal(MediaRefusals.UploadUnknown, (await Job().Start(command)).Refusal?.Code);
    }

    [Fact]
    public async Task Get_AnotherWorkspace_SeesNothing()
    {
        await Grant(100);
        var job = Job();
        await job.Start(await Command());
        var stranger = Guid.CreateVersion7();

        Assert.Null(await job.Get(stranger));
        Assert.Null(await job.Cancel(stranger));
        Assert.Null(await job.WaitForEvent(stranger, 0, TestContext.Current.CancellationToken));
        await End(job);
    }

    [Fact]
    public async Task Cancel_WhileTranscribing_StopsTheWorkAndReturnsTheHold()
    {
        await Grant(100);
        cluster.Speech.Hold();
        var job = Job();
        await job.Start(await Command());
        await cluster.Speech.Entered.WaitAsync(Timeout, TestContext.Current.CancellationToken);
        Assert.Equal(2, (await Account.GetBalance()).HeldCredits);

        await job.Cancel(_workspace);
        var over = await End(job);

        Assert.Equal(JobStage.Cancelled, over.Stage);
        Assert.Equal(new CreditBalance(100, 0), await Account.GetBalance());
        Assert.DoesNotContain(cluster.Store.Keys, k => k.StartsWith($"jobs/{over.JobId:N}", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Cancel_ADoneJob_LeavesItDone()
    {
        await Grant(100);
        var job = Job();
        await job.Start(await Command());
        await End(job);

        var view = await job.Cancel(_workspace);

        Assert.Equal(JobStage.Done, view!.Stage);
        Assert.Equal(2, view.ChargedCredits);
    }

    [Fact]
    public async Task Transcribe_TransientFault_IsTriedAgainAndChargedOnce()
    {
        await Grant(100);
        cluster.Speech.Failures.Enqueue(new SpeechException(SpeechFault.Transient, "busy"));
        var job = Job();

        await job.Start(await Command());
        var over = await End(job);

        Assert.Equal(JobStage.Done, over.Stage);
        Assert.Equal(2, cluster.Speech.Runs);
        Assert.Equal(new CreditBalance(98, 0), await Account.GetBalance());
    }

    [Fact]
    public async Task Transcribe_PermanentFault_FailsAndReturnsTheHold()
    {
        await Grant(100);
        cluster.Speech.Failures.Enqueue(new SpeechException(SpeechFault.Permanent, "broken"));

        await AssertFails(JobRefusals.SpeechRefused);
        Assert.Equal(1, cluster.Speech.Runs);
    }

    [Fact]
    public async Task Transcribe_FaultWithoutEnd_FailsAfterTheAllowedAttempts()
    {
        await Grant(100);
        for (var i = 0; i < 20; i++)
        {
            cluster.Speech.Failures.Enqueue(new InvalidOperationException("a bug"));
        }

        await AssertFails(JobRefusals.EngineUnavailable);
        Assert.Equal(new JobOptions().MaxAttempts, cluster.Speech.Runs);
    }

    [Fact]
    public async Task Transcribe_FileShorterThanItSays_FailsAsTruncated()
    {
        await Grant(100);
        cluster.Decoder.DecodedMs = 4_000;

        var over = await AssertFails(MediaRefusals.MediaTruncated);
        Assert.Equal(4_000, over.Refusal!.Figures!["decodedMs"]);
    }

    [Fact]
    public async Task Transcribe_NoSamples_FailsAsEmpty()
    {
        await Grant(100);
        cluster.Decoder.DecodedMs = 0;

        await AssertFails(MediaRefusals.AudioEmpty);
    }

    [Fact]
    public async Task Transcribe_UndecodableFile_FailsWithTheDecodersReason()
    {
        await Grant(100);
        cluster.Decoder.Failure = new MediaException(MediaRefusals.MediaUnreadable, "broken packets");

        await AssertFails(MediaRefusals.MediaUnreadable);
    }

    [Fact]
    public async Task Transcribe_Silence_IsDoneWithoutCues()
    {
        await Grant(100);
        cluster.Speech.Script.Clear();
        var job = Job();

        await job.Start(await Command());
        var over = await End(job);

        Assert.Equal(JobStage.Done, over.Stage);
        Assert.Equal(0, Assert.Single(over.Tracks).CueCount);
    }

    [Fact]
    public async Task Activation_LostWhileTranscribing_GoesOnFromTheStoredStage()
    {
        await Grant(100);
        cluster.Speech.Hold();
        var job = Job();
        await job.Start(await Command());
        await cluster.Speech.Entered.WaitAsync(Timeout, TestContext.Current.CancellationToken);

        await cluster.Deactivate(job);
        cluster.Speech.Release();
        var over = await End(job);

        Assert.Equal(JobStage.Done, over.Stage);
        Assert.Equal(new CreditBalance(98, 0), await Account.GetBalance());
        Assert.Equal(over.History.Select(e => e.Number).Order(), over.History.Select(e => e.Number));
        Assert.Equal(over.EventNumber, cluster.Index.Rows[over.JobId].EventNumber);
    }

    private async Task<JobView> AssertFails(string code)
    {
        var job = Job();
        await job.Start(await Command());
        var over = await End(job);
        Assert.Equal(JobStage.Failed, over.Stage);
        Assert.Equal(code, over.Refusal?.Code);
        Assert.Equal(0, over.HeldCredits);
        Assert.Equal(new CreditBalance(100, 0), await Account.GetBalance());
        Assert.DoesNotContain(cluster.Store.Keys, k => k.StartsWith($"jobs/{over.JobId:N}", StringComparison.Ordinal));
        return over;
    }

    private Task<CreditAnswer> Grant(long credits) => Account.Grant(new GrantCredits("test", credits, "test"));

    private ICaptionJobGrain Job() => cluster.Grains.GetGrain<ICaptionJobGrain>(Guid.CreateVersion7());

    /// <summary>A job for a ready upload of 10 s: it costs 2 credits.</summary>
    private async Task<StartJob> Command() =>
        new(_workspace, Guid.CreateVersion7(), await cluster.ReadyUpload(_workspace), "en", null);

    private async Task<JobView> End(ICaptionJobGrain job)
    {
        using var timeout = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        timeout.CancelAfter(Timeout);
        var after = -1L;
        while (true)
        {
            var view = await job.WaitForEvent(_workspace, after, timeout.Token);
            Assert.NotNull(view);
            if (view.IsOver)
            {
                return view;
            }

            after = view.EventNumber;
        }
    }
}
