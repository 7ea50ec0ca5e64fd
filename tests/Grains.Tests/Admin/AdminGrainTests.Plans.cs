using Ax2.Users;
using Xunit;

namespace Ax2.Admin;

/// <summary>A user's plan.</summary>
public sealed partial class AdminGrainTests
{
    [Fact]
    public async Task SetPlan_IsTheUsersFromThenOn_AndIsLogged()
    {
        var user = await NewUser();

        var answer = await Admin.SetPlan(_admin, user.UserId, "business");

        Assert.Equal(user with { Plan = "business" }, answer.Value);
        Assert.Equal(answer.Value, (await Admin.FindUser(_admin, user.Email)).Value);
        Assert.Equal([AuditPhase.Intent, AuditPhase.Outcome], Log.Take(2).Select(e => e.Phase));
        Assert.All(Log.Take(2), e =>
        {
            Assert.Equal(("user_plan_set", $"user/{user.UserId}"), (e.Action, e.Target));
            Assert.Equal("business", Json(e).GetProperty("plan").GetString());
        });
    }

    [Fact]
    public async Task SetPlan_NobodyRegistered_IsRefusedAndTheTryIsLogged()
    {
        var answer = await Admin.SetPlan(_admin, Guid.CreateVersion7(), "business");

        Assert.Equal(AdminRefusals.UserUnknown, answer.Refusal?.Code);
        Assert.Equal(AdminRefusals.UserUnknown, Json(Log[1]).GetProperty("refusal").GetString());
    }

    [Theory]
    [InlineData("gold")]
    [InlineData("Business")]
    [InlineData("")]
    [InlineData("a\0b")]
    public async Task SetPlan_WhatIsNoPlan_IsNotEvenTried(string plan)
    {
        var user = await NewUser();

        var answer = await Admin.SetPlan(_admin, user.UserId, plan);

        Assert.Equal(AdminRefusals.PlanUnknown, answer.Refusal?.Code);
        Assert.Contains("business, standard", answer.Refusal!.Message, StringComparison.Ordinal);
        Assert.Empty(Log);
        Assert.Equal(user, await cluster.Grains.GetGrain<IUserGrain>(user.UserId).GetProfile());
    }
}
