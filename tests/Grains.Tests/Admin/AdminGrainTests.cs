using System.Text.Json;
using Ax2.Credits;
using Ax2.Users;
using Xunit;

namespace Ax2.Admin;

[Collection(nameof(GrainCluster))]
public sealed partial class AdminGrainTests(GrainCluster cluster) : IAsyncLifetime
{
    private const string Password = "a long enough password";
    private static readonly Guid AdminId = new("019b0000-0000-7000-8000-0000000000ad");
    private static readonly Device _device = new("tests", "203.0.113.7");
    private readonly Guid _workspace = Guid.CreateVersion7();

    /// <summary>Each test's own: what it did stands in the log under it.</summary>
    private readonly string _address = $"test {Guid.CreateVersion7():N}";
    private AdminCall _admin = null!;

    private IAdminGrain Admin => cluster.Grains.GetGrain<IAdminGrain>(0);

    /// <summary>Only this test's acts: reminders of other tests' grains may write to the log at any time.</summary>
    private IReadOnlyList<AuditEntry> Log => [.. cluster.Audit.Entries.Where(e => e.Address == _address)];

    private ICreditAccountGrain Account => cluster.Grains.GetGrain<ICreditAccountGrain>(_workspace);

    public async ValueTask InitializeAsync()
    {
        cluster.Reset();
        var user = cluster.Grains.GetGrain<IInternalUserGrain>(AdminId);
        Assert.NotNull((await user.RegisterVerified(new RegisterUser(GrainCluster.AdminEmail, Password, ""))).Profile);
        _admin = await SignIn(AdminId);
        // The first test of the cluster registers the admin, which is logged.
        cluster.Audit.Clear();
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    [Fact]
    public async Task EveryCall_OfWhoeverIsNoAdmin_IsRefusedAndDoesNothing()
    {
        var ended = await SignIn(AdminId);
        await cluster.Grains.GetGrain<ISessionGrain>(ended.SessionId).End(_device);
        var nobody = new AdminCall(Guid.CreateVersion7(), _address);
        var stranger = await SignIn((await NewUser()).UserId);
        var unregistered = await SignIn(Guid.CreateVersion7());

        foreach (var call in new[] { nobody, ended, stranger, unregistered })
        {
            Assert.Equal(
                Enumerable.Repeat(AdminRefusals.NotAdmin, 9), await Task.WhenAll(EveryCall(call)));
        }

        Assert.Empty(Log);
        Assert.Equal(CreditBalance.Zero, await Account.GetBalance());
        Assert.False((await Admin.GetQueue(_admin)).Value!.IsPaused);
    }

    [Fact]
    public async Task ChangeCredits_IsDoneByTheAdmin_WhateverTheCommandSays()
    {
        await Change(new GrantCredits("g", 100, "sorry", CreditCategory.Compensation, Actor: "somebody else"));
        await Change(new AdjustCredits("a", -30, "somebody else", "typo"));
        await Change(new FreezeAccount("f", true, "somebody else", "dispute"));

        var page = await Admin.ListEntries(_admin, _workspace, new CreditEntryQuery(10));

        Assert.Equal(
            [EntryKind.Frozen, EntryKind.Adjusted, EntryKind.Granted], page.Value!.Entries.Select(e => e.Kind));
        Assert.All(page.Value.Entries, e => Assert.Equal(AdminId.ToString(), e.Actor));
        Assert.Equal(new CreditBalance(70, 0), (await Admin.GetCredits(_admin, _workspace)).Value!.Balance);
        Assert.Equal(AccountStatus.Frozen, (await Admin.GetCredits(_admin, _workspace)).Value!.Status);
    }

    [Fact]
    public async Task ChangeCredits_Refund_GivesBackAtMostTheCharge()
    {
        var hold = Guid.CreateVersion7();
        await Account.Grant(new GrantCredits("top-up", 10, "paid"));
        await Account.Reserve(new ReserveCredits("r", hold, 10));
        await Account.Settle(new SettleHold("s", hold, 6));

        var refunded = await Change(new RefundCharge("one", hold, 4, "half of it was silence"));
        var above = await Change(new RefundCharge("two", hold, 3, "again"));

        Assert.Equal(8, refunded.Value!.AvailableCredits);
        Assert.Equal(CreditRefusals.AboveCharge, above.Refusal?.Code);
    }

    [Fact]
    public async Task ChangeCredits_StandsInTheLogBeforeAndAfter()
    {
        await Change(new AdjustCredits("a", 5, "", "typo"));
        await Change(new AdjustCredits("b", -6, "", "typo"));

        var entries = Log;

        Assert.Equal(
            [AuditPhase.Intent, AuditPhase.Outcome, AuditPhase.Intent, AuditPhase.Outcome],
            entries.Select(e => e.Phase));
        Assert.Equal(entries[0].ActId, entries[1].ActId);
        Assert.All(entries, e => Assert.Equal(
            (AdminId.ToString(), "credits_adjust", $"workspace/{_workspace}", _address),
            (e.Actor, e.Action, e.Target, e.Address)));
        Assert.Equal("typo", Json(entries[0]).GetProperty("reason").GetString());
        Assert.Equal(5, Json(entries[1]).GetProperty("balance").GetProperty("postedCredits").GetInt64());
        Assert.Equal(CreditRefusals.Insufficient, Json(entries[3]).GetProperty("refusal").GetString());
    }

    [Fact]
    public async Task ChangeCredits_Repeated_HappensOnce_AndOtherContentIsAConflict()
    {
        var first = await Change(new AdjustCredits("a", 5, "", "typo"));
        var again = await Change(new AdjustCredits("a", 5, "", "typo"));
        var other = await Change(new AdjustCredits("a", 6, "", "typo"));

        Assert.Equal(first, again);
        Assert.Equal(CreditRefusals.OperationConflict, other.Refusal?.Code);
        Assert.Equal(new CreditBalance(5, 0), await Account.GetBalance());
    }

    [Fact]
    public async Task ChangeCredits_KeyThatTheServiceUses_IsAnother()
    {
        await Account.Grant(new GrantCredits("welcome", 600, "welcome"));

        var answer = await Change(new GrantCredits("welcome", 5, "sorry"));

        Assert.Null(answer.Refusal);
        Assert.Equal(605, answer.Value!.PostedCredits);
    }

    [Fact]
    public async Task ChangeCredits_WhoseIntentCannotBeWritten_IsNotDone()
    {
        cluster.Audit.IsBroken = true;

        await Assert.ThrowsAsync<IOException>(() => Change(new AdjustCredits("a", 5, "", "typo")));

        Assert.Equal(CreditBalance.Zero, await Account.GetBalance());
    }

    [Theory]
    [InlineData("", "reason")]
    [InlineData("key", "")]
    [InlineData("key", "a\0b")]
    [InlineData("a\0b", "reason")]
    [InlineData("key", "\ud800")]
    public async Task ChangeCredits_TextsThatAreNone_AreRefusedAsTheyAre(string key, string reason)
    {
        var answer = await Change(new AdjustCredits(key, 5, "", reason));

        Assert.Equal(CreditRefusals.TextInvalid, answer.Refusal?.Code);
        Assert.Empty(Log);
    }

    [Fact]
    public async Task ChangeCredits_CommandOfTheService_Throws() => await Assert.ThrowsAsync<ArgumentException>(
        () => Change(new ReserveCredits("r", Guid.CreateVersion7(), 1)));

    [Fact]
    public async Task FindUser_HasTheProfile_AndTheLogHasNoAddress()
    {
        var user = await NewUser();

        var found = await Admin.FindUser(_admin, user.Email.ToUpperInvariant());
        var unknown = await Admin.FindUser(_admin, "nobody@example.com");
        var nonsense = await Admin.FindUser(_admin, "nonsense");

        Assert.Equal(user, found.Value);
        Assert.Equal(AdminRefusals.UserUnknown, unknown.Refusal?.Code);
        Assert.Equal(AdminRefusals.UserUnknown, nonsense.Refusal?.Code);
        Assert.Equal(EmailAddress.GrainKey(user.Email), Log[0].Target);
        Assert.Equal(user.UserId, Json(Log[1]).GetProperty("userId").GetGuid());
        Assert.DoesNotContain(cluster.Audit.Entries, e =>
            (e.Content + e.Target).Contains(user.Email, StringComparison.OrdinalIgnoreCase));
    }

    [Fact]
    public async Task Queue_PausedAndResumed_SaysSoAndIsLogged()
    {
        var paused = await Admin.SetPaused(_admin, true);
        var resumed = await Admin.SetPaused(_admin, false);

        Assert.True(paused.Value!.IsPaused);
        Assert.False(resumed.Value!.IsPaused);
        Assert.Equal(
            ["queue_pause", "queue_pause", "queue_resume", "queue_resume"],
            Log.Select(e => e.Action));
    }

    [Fact]
    public async Task Silo_DrainedAndUndrained_SaysSoAndIsLogged()
    {
        var silo = "a silo of its own";

        var drained = await Admin.SetDraining(_admin, silo, true);
        var undrained = await Admin.SetDraining(_admin, silo, false);

        Assert.Null(drained.Refusal);
        Assert.DoesNotContain(undrained.Value!.Silos, s => s.Name == silo && s.IsDraining);
        Assert.Equal(
            [("silo_drain", $"silo/{silo}"), ("silo_undrain", $"silo/{silo}")],
            Log.Where(e => e.Phase == AuditPhase.Outcome).Select(e => (e.Action, e.Target)));
    }

    [Fact]
    public async Task ListAudit_InPages_IsTheWholeLog_AndLooksAreNotInIt()
    {
        foreach (var key in new[] { "a", "b", "c" })
        {
            await Change(new AdjustCredits(key, 1, "", "typo"));
        }

        var target = $"workspace/{_workspace}";
        var first = (await Admin.ListAudit(_admin, new AuditQuery(4, Target: target))).Value!;
        var second = (await Admin.ListAudit(_admin, new AuditQuery(4, first.NextBefore, Target: target))).Value!;

        Assert.Null(second.NextBefore);
        Assert.Equal(
            Log.Reverse().Select(e => e.Number),
            first.Entries.Concat(second.Entries).Select(e => e.Number));
        Assert.Equal(6, Log.Count);
    }

    [Fact]
    public async Task ListAudit_FilterThatIsNoText_IsRefused() => Assert.Equal(
        CreditRefusals.TextInvalid, (await Admin.ListAudit(_admin, new AuditQuery(4, Target: "a\0b"))).Refusal?.Code);

    [Fact]
    public async Task Session_KnowsWhetherItsUserIsAnAdmin()
    {
        var stranger = await SignIn((await NewUser()).UserId);

        Assert.True((await cluster.Grains.GetGrain<ISessionGrain>(_admin.SessionId).Get())!.IsAdmin);
        Assert.False((await cluster.Grains.GetGrain<ISessionGrain>(stranger.SessionId).Get())!.IsAdmin);
    }

    private IEnumerable<Task<string?>> EveryCall(AdminCall call) =>
    [
        Code(Admin.FindUser(call, GrainCluster.AdminEmail)),
        Code(Admin.SetPlan(call, AdminId, "business")),
        Code(Admin.GetCredits(call, _workspace)),
        Code(Admin.ListEntries(call, _workspace, new CreditEntryQuery(10))),
        Code(Admin.ChangeCredits(call, _workspace, new AdjustCredits("a", 5, "", "typo"))),
        Code(Admin.GetQueue(call)),
        Code(Admin.SetPaused(call, true)),
        Code(Admin.SetDraining(call, "silo", true)),
        Code(Admin.ListAudit(call, new AuditQuery(10))),
    ];

    private static async Task<string?> Code<T>(Task<AdminAnswer<T>> call)
        where T : class
    {
        var answer = await call;
        Assert.Null(answer.Value);
        return answer.Refusal?.Code;
    }

    private static JsonElement Json(AuditEntry entry) => JsonDocument.Parse(entry.Content).RootElement;

    private Task<AdminAnswer<CreditBalance>> Change(ICreditCommand command) =>
        Admin.ChangeCredits(_admin, _workspace, command);

    private async Task<UserProfile> NewUser()
    {
        var user = cluster.Grains.GetGrain<IUserGrain>(Guid.CreateVersion7());
        var email = $"user-{Guid.CreateVersion7():N}@example.com";
        var answer = await user.Register(new RegisterUser(email, Password, ""), TestContext.Current.CancellationToken);
        return answer.Profile!;
    }

    private async Task<AdminCall> SignIn(Guid userId)
    {
        var tokens = await cluster.Grains.GetGrain<IInternalUserSessionsGrain>(userId).Open(
            new OpenSession(userId, _workspace, ["pwd"], _device));
        return new AdminCall(tokens.SessionId, _address);
    }
}
