using Ax2.Captions;
using Ax2.Captions.Speech;
using Ax2.Credits;
using Ax2.Jobs;
using Ax2.Media;
using Ax2.Users;
using Ax2.Workspaces;
using Xunit;

namespace Ax2.Deletion;

[Collection(nameof(GrainCluster))]
public sealed class AccountDeletionGrainTests : IAsyncLifetime
{
    private const string Password = "correct horse battery";
    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(20);
    private static readonly Device _device = new("tests", "203.0.113.7");
    private static readonly TimeSpan _grace = new AccountOptions().DeletionGrace;
    private readonly string _email = $"user-{Guid.CreateVersion7():N}@example.com";
    private readonly Guid _id = Guid.CreateVersion7();
    private readonly GrainCluster _cluster;
    private Guid _workspace;

    public AccountDeletionGrainTests(GrainCluster cluster) => _cluster = cluster;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    private IUserGrain User => _cluster.Grains.GetGrain<IUserGrain>(_id);

    private IAccountDeletionGrain Deletion => _cluster.Grains.GetGrain<IAccountDeletionGrain>(_id);

    private ICreditAccountGrain Account => _cluster.Grains.GetGrain<ICreditAccountGrain>(_workspace);

    public async ValueTask InitializeAsync()
    {
        _cluster.Reset();
        _cluster.Speech.Script.Add(new SpeechSegment(
            1_000, 2_400, [new("Good", 1_000, 1_400, true), new("morning.", 1_400, 2_400, true)]));
        var answer = await _cluster.Grains.GetGrain<IInternalUserGrain>(_id)
            .RegisterVerified(new RegisterUser(_email, Password, "Kim"));
        _workspace = answer.Profile!.HomeWorkspaceId;
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    [Fact]
    public async Task Request_WrongPassword_ChangesNothing()
    {
        var answer = await Deletion.Request("wrong", _device, Cancellation);
        await Remind();

        Assert.Equal(UserRefusals.PasswordWrong, answer.Refusal!.Code);
        Assert.Null((await User.GetProfile())!.DeletionDueAt);
    }

    [Fact]
    public async Task Request_EndsSessionsAndKeys_AndTheAccountCanStillBeKept()
    {
        var session = await OpenSession();
        var key = await NewKey();

        var dueAt = (await Deletion.Request(Password, _device, Cancellation)).DueAt;
        _cluster.Clock.Advance(_grace / 2);
        Assert.Equal(dueAt, (await Deletion.Request(Password, _device, Cancellation)).DueAt);
        await Remind();

        Assert.Null(await _cluster.Grains.GetGrain<ISessionGrain>(session).Get());
        Assert.Null(await _cluster.Grains.GetGrain<IApiKeyGrain>(key).Verify());
        Assert.Equal(dueAt, (await User.SignIn(Password, Cancellation))!.DeletionDueAt);
        await _cluster.Mailer.WaitForAsync(_email, "will be deleted");
        Assert.True(await Deletion.Cancel(_device));
        Assert.False(await Deletion.Cancel(_device));
        _cluster.Clock.Advance(_grace);
        await Remind();
        Assert.Null((await User.GetProfile())!.DeletionDueAt);
        Assert.Contains(_cluster.Audit.Entries, e => e.Action == "deletion_cancel" && e.Actor == _id.ToString());
    }

    [Fact]
    public async Task AfterTheGrace_EverythingIsErased_TheLedgerStays_AndThereIsAProof()
    {
        var (session, key, job, upload) = (await OpenSession(), await NewKey(), await RunJob(), await OpenUpload());
        var identity = await Link();
        var shared = await _cluster.Grains.GetGrain<IUserWorkspacesGrain>(_id).Create("Newsroom", _device);
        await Deletion.Request(Password, _device, Cancellation);
        _cluster.Clock.Advance(_grace);
        Assert.False(await Deletion.Cancel(_device));

        await Remind();

        Assert.Null(await User.GetProfile());
        Assert.Null(await User.SignIn(Password, Cancellation));
        Assert.Equal("", (await _cluster.Storage.Read<UserState>(User, "user")).Email);
        Assert.Null(await _cluster.Grains.GetGrain<IEmailAddressGrain>(EmailAddress.GrainKey(_email)).GetOwner());
        var ended = await Read<SessionState>(_cluster.Grains.GetGrain<ISessionGrain>(session), "session");
        Assert.Equal((Guid.Empty, ""), (ended.UserId, ended.Address));
        Assert.Equal("", (await Read<ApiKeyState>(_cluster.Grains.GetGrain<IApiKeyGrain>(key), "api-key")).Name);
        Assert.Null(await identity.GetOwner());
        var workspace = _cluster.Grains.GetGrain<IWorkspaceGrain>(shared.Workspace!.WorkspaceId);
        Assert.Null(await workspace.Get(_id));
        Assert.Null((await Read<CaptionJobState>(Job(job), "caption-job")).Command);
        Assert.Null(await _cluster.Grains.GetGrain<ICaptionTrackGrain>(job, "en", null).Get(_workspace));
        Assert.Null((await Read<StoredUpload>(_cluster.Grains.GetGrain<IUploadGrain>(upload), "upload")).Command);
        AssertNothingIsLeftOf(job);
        Assert.Equal(0, _cluster.Store.OpenMultiparts);
        var entries = (await Account.ListEntries(new CreditEntryQuery(100))).Entries;
        Assert.Contains(entries, entry => entry.Kind == EntryKind.Settled);
        Assert.DoesNotContain(_email, string.Concat(entries), StringComparison.Ordinal);
        Assert.Equal(0, (await Account.GetBalance()).AvailableCredits);
        AssertProof(jobs: 1, uploads: 2);
    }

    [Fact]
    public async Task Address_OfAnErasedUser_IsFreeForAnother()
    {
        await Erase();

        var next = _cluster.Grains.GetGrain<IUserGrain>(Guid.CreateVersion7());
        Assert.NotNull((await next.Register(new RegisterUser(_email, Password, ""), Cancellation)).Profile);
    }

    /// <summary>
    /// Every step in turn is cut off; the next tick of the reminder goes on, and nothing is done twice.
    /// </summary>
    [Theory]
    [InlineData("store")]
    [InlineData("proof")]
    [InlineData("user")]
    [InlineData("begin")]
    [InlineData("audit")]
    [InlineData("address")]
    public async Task Erasure_CutOff_GoesOnWithTheNextTick(string step)
    {
        var job = await RunJob();
        await Deletion.Request(Password, _device, Cancellation);
        _cluster.Clock.Advance(_grace);
        var mend = Break(step);

        await Assert.ThrowsAnyAsync<Exception>(Remind);
        await _cluster.Deactivate(Deletion);
        Assert.Null(await User.SignIn(Password, Cancellation));
        mend();
        await Remind();
        await Remind();

        Assert.Null(await User.GetProfile());
        AssertNothingIsLeftOf(job);
        AssertProof(jobs: 1, uploads: 1);
        Assert.Single(_cluster.Audit.Entries, e => e.Action == "account_erased" && e.Actor == _id.ToString());
        await _cluster.Mailer.WaitForAsync(_email, "was deleted");
        Assert.Single(
            _cluster.Mailer.SentTo(_email), mail => mail.Subject.Contains("was deleted", StringComparison.Ordinal));
    }

    private Action Break(string step)
    {
        switch (step)
        {
            case "store":
                _cluster.Store.OnEffect =
                    effect => _ = effect == "before delete" ? throw new IOException(effect) : effect;
                return () => _cluster.Store.OnEffect = _ => { };
            case "proof":
                _cluster.Deletions.IsBroken = true;
                return () => _cluster.Deletions.IsBroken = false;
            case "audit":
                _cluster.Audit.IsBroken = true;
                return () => _cluster.Audit.IsBroken = false;
            case "user":
                _cluster.Storage.FailNextClearOf(User);
                return () => { };
            case "address":
                _cluster.Storage.FailNextClearOf(
                    _cluster.Grains.GetGrain<IEmailAddressGrain>(EmailAddress.GrainKey(_email)));
                return () => { };
            default:
                _cluster.Storage.FailNextWriteOf(Deletion);
                return () => { };
        }
    }

    private void AssertProof(int jobs, int uploads)
    {
        var proof = _cluster.Deletions.Records[_id];
        Assert.Equal((_id, EmailAddress.GrainKey(_email)), (proof.UserId, proof.EmailKey));
        Assert.True(proof.RequestedAt + _grace <= proof.BegunAt && proof.BegunAt <= proof.ErasedAt);
        Assert.Equal((jobs, uploads), (proof.Erased["jobs"], proof.Erased["uploads"]));
    }

    private void AssertNothingIsLeftOf(Guid job)
    {
        Assert.DoesNotContain(_cluster.Index.Rows.Values, row => row.WorkspaceId == _workspace);
        Assert.DoesNotContain(_cluster.Store.Keys, key => key.Contains($"{_workspace:N}", StringComparison.Ordinal));
        Assert.DoesNotContain(_cluster.Store.Keys, key => key.Contains($"{job:N}", StringComparison.Ordinal));
    }

    private async Task Erase()
    {
        await Deletion.Request(Password, _device, Cancellation);
        _cluster.Clock.Advance(_grace);
        await Remind();
    }

    private Task Remind() => Deletion.AsReference<IRemindable>().ReceiveReminder("delete", default);

    private Task<T> Read<T>(IAddressable grain, string name)
        where T : new() => _cluster.Storage.Read<T>(grain, name);

    private ICaptionJobGrain Job(Guid id) => _cluster.Grains.GetGrain<ICaptionJobGrain>(id);

    private async Task<Guid> OpenSession() => (await _cluster.Grains.GetGrain<IInternalUserSessionsGrain>(_id).Open(
        new OpenSession(_id, _workspace, ["pwd"], _device))).SessionId;

    private async Task<string> NewKey()
    {
        var made = await _cluster.Grains.GetGrain<IUserApiKeysGrain>(_id).Create(
            new CreateApiKey(_workspace, "nightly", [ApiKeyScopes.JobsRead], TimeSpan.FromDays(300)), _device);
        return ApiKeyToken.GrainKey(made.Token)!;
    }

    private async Task<IExternalIdentityGrain> Link()
    {
        var key = ExternalIdentityGrain.GrainKey(
            new OidcIdentity("https://id.example", _id.ToString(), _email, "Kim"));
        await _cluster.Grains.GetGrain<IInternalUserGrain>(_id).AddIdentity(key);
        var identity = _cluster.Grains.GetGrain<IExternalIdentityGrain>(key);
        Assert.Equal(_id, await identity.Claim(_id));
        return identity;
    }

    private async Task<Guid> OpenUpload()
    {
        var id = Guid.CreateVersion7();
        var begun = await _cluster.Grains.GetGrain<IUploadGrain>(id).Start(
            new StartUpload(_workspace, _id, "holiday.mp4", 3, null));
        Assert.NotNull(begun.Upload);
        return id;
    }

    private async Task<Guid> RunJob()
    {
        var upload = await _cluster.ReadyUpload(_workspace);
        var job = Job(Guid.CreateVersion7());
        var view = (await job.Start(new StartJob(_workspace, _id, upload, "en", null))).Job!;
        using var timeout = new CancellationTokenSource(Timeout, TimeProvider.System);
        while (!view.IsOver)
        {
            view = (await job.WaitForEvent(_workspace, view.EventNumber, timeout.Token))!;
        }

        Assert.Equal(JobStage.Done, view.Stage);
        // An erasure would wait while it still takes its reminder back.
        await _cluster.Deactivate(job);
        return view.JobId;
    }
}
