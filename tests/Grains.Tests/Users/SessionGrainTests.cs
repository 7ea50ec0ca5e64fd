using Xunit;

namespace Ax2.Users;

[Collection(nameof(GrainCluster))]
public sealed class SessionGrainTests
{
    private const string Chrome = "Mozilla/5.0 (X11; Linux x86_64) Chrome/130.0 Safari/537.36";
    private static readonly Device _device = new(Chrome, "203.0.113.7");
    private static readonly SessionOptions _options = new();
    private readonly Guid _user = Guid.CreateVersion7();
    private readonly Guid _workspace = Guid.CreateVersion7();
    private readonly GrainCluster _cluster;

    public SessionGrainTests(GrainCluster cluster)
    {
        _cluster = cluster;
        cluster.Reset();
    }

    private IUserSessionsGrain Sessions => _cluster.Grains.GetGrain<IUserSessionsGrain>(_user);

    [Fact]
    public async Task Session_Unknown_AskedForManyTimesAtOnce_IsNobodysEachTime()
    {
        var session = Session(Guid.CreateVersion7());

        var answers = await Task.WhenAll(Enumerable.Range(0, 50).Select(_ => session.Get()));

        Assert.All(answers, Assert.Null);
    }

    [Fact]
    public async Task Open_IsALiveSessionThatSurvivesItsSilo()
    {
        var tokens = await Open();
        await _cluster.Deactivate(Session(tokens.SessionId));

        var info = await Session(tokens.SessionId).Get();

        Assert.Equal((_user, _workspace), (info!.UserId, info.WorkspaceId));
        Assert.Equal(tokens.RefreshExpiresAt, info.ExpiresAt);
    }

    [Fact]
    public async Task Open_IdThatWasUsed_IsAFault()
    {
        var tokens = await Open();

        await Assert.ThrowsAnyAsync<InvalidOperationException>(() =>
            _cluster.Grains.GetGrain<IInternalSessionGrain>(tokens.SessionId).Open(Command()));
    }

    [Fact]
    public async Task Refresh_GivesNewTokensAndMovesTheEnd()
    {
        var first = await Open();
        _cluster.Clock.Advance(TimeSpan.FromHours(1));

        var second = await Refresh(first);

        Assert.NotEqual(first.RefreshToken, second!.RefreshToken);
        Assert.NotEqual(first.AccessToken, second.AccessToken);
        Assert.True(second.RefreshExpiresAt > first.RefreshExpiresAt);
        Assert.NotNull(await Refresh(second));
    }

    [Fact]
    public async Task Refresh_SameTokenAtOnce_AsTwoTabsDo_GivesOneSuccessor()
    {
        var first = await Open();

        var answers = await Task.WhenAll(Refresh(first), Refresh(first));

        Assert.Single(answers.Select(a => a!.RefreshToken).Distinct());
        Assert.NotNull(await Refresh(answers[0]!));
    }

    [Fact]
    public async Task Refresh_UsedTokenLater_EndsTheSessionForBothAndIsAudited()
    {
        var stolen = await Open();
        var current = await Refresh(stolen);
        _cluster.Clock.Advance(_options.RefreshGrace);

        Assert.Null(await Refresh(stolen));

        Assert.Null(await Refresh(current!));
        Assert.Null(await Session(stolen.SessionId).Get());
        Assert.Empty(await Sessions.List());
        var entry = Assert.Single(_cluster.Audit.Entries, e => e.Actor == _user.ToString());
        Assert.Equal(("refresh_reuse", $"user/{_user}", _device.Address), (entry.Action, entry.Target, entry.Address));
    }

    [Fact]
    public async Task Refresh_MadeUpSecret_HarmsNobody()
    {
        var tokens = await Open();
        var foreign = RefreshToken.Read((await Open()).RefreshToken)!.Secret;

        Assert.Null(await Session(tokens.SessionId).Refresh(foreign, _device));
        Assert.Null(await Session(tokens.SessionId).Refresh("x", _device));

        Assert.NotNull(await Refresh(tokens));
    }

    [Fact]
    public async Task Session_NotUsedForLong_IsOver()
    {
        var tokens = await Open();
        _cluster.Clock.Advance(_options.IdleLifetime);

        Assert.Null(await Refresh(tokens));
        Assert.Null(await Session(tokens.SessionId).Get());
    }

    [Fact]
    public async Task Session_AlwaysUsed_IsOverAtItsLongest()
    {
        var tokens = await Open();
        var pause = TimeSpan.FromDays(13);
        for (var used = TimeSpan.Zero; used < _options.MaxLifetime - _options.IdleLifetime; used += pause)
        {
            _cluster.Clock.Advance(pause);
            tokens = (await Refresh(tokens))!;
        }

        _cluster.Clock.Advance(pause);

        Assert.Null(await Refresh(tokens));
    }

    [Fact]
    public async Task List_NamesTheDevices_TheLastUsedFirst()
    {
        var first = await Open();
        _cluster.Clock.Advance(TimeSpan.FromMinutes(1));
        var second = await Open();
        _cluster.Clock.Advance(TimeSpan.FromMinutes(1));
        await Refresh(first);

        var list = await Sessions.List();

        Assert.Equal([first.SessionId, second.SessionId], list.Select(s => s.SessionId));
        Assert.Equal(("Chrome on Linux", _device.Address), (list[0].DeviceName, list[0].Address));
        Assert.True(list[0].LastUsedAt > list[0].CreatedAt);
    }

    [Fact]
    public async Task End_OneOfTwo_LeavesTheOther()
    {
        var (one, other) = (await Open(), await Open());

        Assert.True(await Sessions.End(one.SessionId, _device));

        Assert.Null(await Session(one.SessionId).Get());
        Assert.Equal(other.SessionId, Assert.Single(await Sessions.List()).SessionId);
        Assert.False(await Sessions.End(one.SessionId, _device));
        Assert.Equal("sign_out", Assert.Single(_cluster.Audit.Entries, e => e.Actor == _user.ToString()).Action);
    }

    [Fact]
    public async Task End_AnotherUsersSession_IsNotFoundAndLivesOn()
    {
        var tokens = await Open();
        var stranger = _cluster.Grains.GetGrain<IUserSessionsGrain>(Guid.CreateVersion7());

        Assert.False(await stranger.End(tokens.SessionId, _device));

        Assert.NotNull(await Session(tokens.SessionId).Get());
    }

    [Fact]
    public async Task EndAll_ButOne_LeavesThatOne()
    {
        var (kept, _, _) = (await Open(), await Open(), await Open());

        Assert.Equal(2, await Sessions.EndAll(kept.SessionId, _device));

        Assert.Equal(kept.SessionId, Assert.Single(await Sessions.List()).SessionId);
        Assert.Equal(1, await Sessions.EndAll(null, _device));
        Assert.Null(await Refresh(kept));
    }

    [Fact]
    public async Task Open_MoreThanAUserMayHave_EndsTheOneNotUsedForLongest()
    {
        var first = await Open();
        for (var i = 1; i <= _options.MaxPerUser; i++)
        {
            _cluster.Clock.Advance(TimeSpan.FromSeconds(1));
            await Open();
        }

        Assert.Equal(_options.MaxPerUser, (await Sessions.List()).Length);
        Assert.Null(await Session(first.SessionId).Get());
    }

    private OpenSession Command() => new(_user, _workspace, ["pwd"], _device);

    private Task<SessionTokens> Open() => _cluster.Grains.GetGrain<IInternalUserSessionsGrain>(_user).Open(Command());

    private Task<SessionTokens?> Refresh(SessionTokens tokens) =>
        Session(tokens.SessionId).Refresh(RefreshToken.Read(tokens.RefreshToken)!.Secret, _device);

    private ISessionGrain Session(Guid id) => _cluster.Grains.GetGrain<ISessionGrain>(id);
}
