using Xunit;

namespace Ax2.Credits;

public sealed class LedgerTests
{
    private static readonly Guid Hold = Guid.Parse("11111111-1111-7111-8111-111111111111");
    private static readonly Guid Other = Guid.Parse("22222222-2222-7222-8222-222222222222");
    private readonly LedgerDriver ledger = new();

    [Fact]
    public void Reserve_MoreThanAvailable_IsRefusedWithTheShortfall()
    {
        Grant(10);

        var answer = ledger.Send(new ReserveCredits("r", Hold, 12));

        Assert.Equal(CreditRefusals.Insufficient, answer.Refusal?.Code);
        Assert.Equal(2, answer.Refusal!.Figures!["shortfallCredits"]);
        Assert.Equal(12, answer.Refusal.Figures["requiredCredits"]);
        Assert.Equal(10, answer.Refusal.Figures["availableCredits"]);
        Assert.Empty(ledger.State.Holds);
    }

    [Fact]
    public void Reserve_CountsOtherHolds()
    {
        Grant(10);
        ledger.Send(new ReserveCredits("r1", Hold, 7));

        Assert.Equal(CreditRefusals.Insufficient, Code(new ReserveCredits("r2", Other, 4)));
    }

    [Fact]
    public void Settle_Part_ReturnsTheRestInTheSameStep()
    {
        Held(10, 8);

        var answer = ledger.Send(new SettleHold("s", Hold, 3));

        Assert.Null(answer.Refusal);
        Assert.Equal(new CreditBalance(7, 0), answer.Balance);
        Assert.Equal(EntryKind.Settled, ledger.Entries[^1].Kind);
        Assert.Equal(new CreditAmounts(5, -8, 0, 3, 0, 0), ledger.Entries[^1].Change);
    }

    [Fact]
    public void Settle_MoreThanReserved_IsRefusedAndKeepsTheHold()
    {
        Held(10, 8);

        Assert.Equal(CreditRefusals.AboveHold, Code(new SettleHold("s", Hold, 9)));
        Assert.Equal(new CreditBalance(10, 8), ledger.State.Balance);
    }

    [Fact]
    public void Hold_ResolvesOnce()
    {
        Held(10, 8);
        ledger.Send(new ReleaseHold("l", Hold));

        Assert.Equal(CreditRefusals.HoldResolved, Code(new SettleHold("s", Hold, 8)));
        Assert.Equal(CreditRefusals.HoldResolved, Code(new ReleaseHold("l2", Hold)));
        Assert.Equal(CreditRefusals.HoldResolved, Code(new ExtendHold("x", Hold)));
        Assert.Equal(CreditRefusals.HoldExists, Code(new ReserveCredits("r2", Hold, 1)));
        Assert.Equal(CreditRefusals.HoldUnknown, Code(new SettleHold("s2", Other, 8)));
        Assert.Equal(new CreditBalance(10, 0), ledger.State.Balance);
    }

    [Fact]
    public void Repeat_SameOperation_ChangesNothingAndAnswersTheSame()
    {
        Grant(10);
        var first = ledger.Send(new ReserveCredits("r", Hold, 8));
        ledger.Send(new SettleHold("s", Hold, 8));

        var again = ledger.Send(new ReserveCredits("r", Hold, 8));

        Assert.Equal(first, again);
        Assert.Equal(3, ledger.Entries.Count);
    }

    [Fact]
    public void Repeat_ARefusal_IsRefusedAgainEvenWhenCreditsCame()
    {
        Grant(1);
        var first = ledger.Send(new ReserveCredits("r", Hold, 8));
        ledger.Send(new GrantCredits("g2", 100, "top-up"));

        Assert.Equal(first, ledger.Send(new ReserveCredits("r", Hold, 8)));
    }

    [Theory]
    [InlineData("credits")]
    [InlineData("holdId")]
    [InlineData("life")]
    [InlineData("command")]
    public void Repeat_SameOperationOtherContent_IsAConflictThatNamesTheField(string field)
    {
        Held(10, 8);
        ICreditCommand other = field switch
        {
            "credits" => new ReserveCredits("r", Hold, 7),
            "holdId" => new ReserveCredits("r", Other, 8),
            "life" => new ReserveCredits("r", Hold, 8, TimeSpan.FromHours(1)),
            _ => new ReleaseHold("r", Hold),
        };

        var answer = ledger.Send(other);

        Assert.Equal(CreditRefusals.OperationConflict, answer.Refusal?.Code);
        Assert.Contains($"\"{field}\"", answer.Refusal!.Message, StringComparison.Ordinal);
        Assert.Equal(new CreditBalance(10, 8), ledger.State.Balance);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(-1)]
    [InlineData(long.MinValue)]
    public void Amount_NotPositive_IsRefused(long credits)
    {
        Held(10, 8);

        Assert.Equal(CreditRefusals.AmountInvalid, Code(new GrantCredits("g2", credits, "")));
        Assert.Equal(CreditRefusals.AmountInvalid, Code(new ReserveCredits("r2", Other, credits)));
        Assert.Equal(CreditRefusals.AmountInvalid, Code(new SettleHold("s", Hold, credits)));
        Assert.Equal(CreditRefusals.AmountInvalid, Code(new RefundCharge("b", Hold, credits, "r")));
    }

    [Fact]
    public void Sums_NeverLeaveTheRangeOfNumbers()
    {
        const long Half = long.MaxValue / 2;

        Assert.Equal(CreditRefusals.AmountInvalid, Code(new GrantCredits("g1", long.MaxValue, "")));
        Assert.Null(Code(new GrantCredits("g2", Half - 1, "", EffectiveAt: ledger.Now.AddDays(1))));
        Assert.Equal(CreditRefusals.AmountInvalid, Code(new GrantCredits("g3", 2, "")));
        Assert.Null(Code(new GrantCredits("g4", 1, "")));
        Assert.Equal(CreditRefusals.AmountInvalid, Code(new AdjustCredits("a", long.MinValue, "kim", "r")));
    }

    [Fact]
    public void Hold_OutOfTime_ReturnsItsCreditsAtThatTime()
    {
        Grant(10);
        ledger.Send(new ReserveCredits("r", Hold, 8, TimeSpan.FromMinutes(5)));
        ledger.Now += TimeSpan.FromHours(1);

        Assert.Equal(CreditRefusals.HoldResolved, Code(new SettleHold("s", Hold, 8)));
        Assert.Equal(new CreditBalance(10, 0), ledger.State.Balance);
        Assert.Equal(EntryKind.HoldExpired, ledger.Entries[^1].Kind);
        Assert.Equal(LedgerDriver.Start.AddMinutes(5), ledger.Entries[^1].OccurredAt);
    }

    [Fact]
    public void ExtendHold_LetsItLiveLonger_AndNeverShorter()
    {
        Grant(10);
        ledger.Send(new ReserveCredits("r", Hold, 8, TimeSpan.FromMinutes(5)));
        ledger.Send(new ExtendHold("x1", Hold, TimeSpan.FromMinutes(50)));
        ledger.Send(new ExtendHold("x2", Hold, TimeSpan.FromMinutes(1)));
        ledger.Now += TimeSpan.FromMinutes(49);

        Assert.Null(Code(new SettleHold("s", Hold, 8)));
    }

    [Fact]
    public void Grants_AreUsedByPriorityThenExpiryThenAge()
    {
        ledger.Send(new GrantCredits("late", 10, "", ExpiresAt: ledger.Now.AddDays(9)));
        ledger.Send(new GrantCredits("soon", 10, "", ExpiresAt: ledger.Now.AddDays(3)));
        ledger.Send(new GrantCredits("never", 10, ""));
        ledger.Send(new GrantCredits("soon too", 10, "", ExpiresAt: ledger.Now.AddDays(3)));
        ledger.Send(new GrantCredits("last", 10, "", Priority: 1, ExpiresAt: ledger.Now.AddDays(1)));
        ledger.Send(new GrantCredits("first", 10, "", Priority: -1));

        ledger.Send(new ReserveCredits("r", Hold, 55));

        Assert.Equal(
            [new(6, 10), new(2, 10), new(4, 10), new(1, 10), new(3, 10), new HoldSlice(5, 5)],
            ledger.Holds[Hold].Slices);
    }

    [Fact]
    public void Release_AfterTheGrantExpired_ReturnsToTheSameSlicesAndExpiresThem()
    {
        ledger.Send(new GrantCredits("promo", 5, "", CreditCategory.Promotional, ExpiresAt: ledger.Now.AddHours(1)));
        Grant(10);
        ledger.Send(new ReserveCredits("r", Hold, 8));
        ledger.Now += TimeSpan.FromHours(2);

        ledger.Send(new SettleHold("s", Hold, 2));

        Assert.Equal(new CreditBalance(10, 0), ledger.State.Balance);
        Assert.Equal(EntryKind.GrantExpired, ledger.Entries[^1].Kind);
        Assert.Equal(new CreditAmounts(-3, 0, 0, 0, 3, 0), ledger.Entries[^1].Change);
        LedgerInvariants.AssertBalance(ledger);
    }

    [Fact]
    public void Grant_EffectiveLater_CannotBeUsedBefore()
    {
        ledger.Send(new GrantCredits("g", 10, "", EffectiveAt: ledger.Now.AddHours(1)));
        Assert.Equal(CreditRefusals.Insufficient, Code(new ReserveCredits("r1", Hold, 1)));

        ledger.Now += TimeSpan.FromHours(1);

        Assert.Null(Code(new ReserveCredits("r2", Hold, 10)));
        LedgerInvariants.AssertBalance(ledger);
    }

    [Fact]
    public void Refund_NeverExceedsTheCharge()
    {
        Held(10, 8);
        Assert.Equal(CreditRefusals.HoldOpen, Code(new RefundCharge("b0", Hold, 1, "bad captions")));
        ledger.Send(new SettleHold("s", Hold, 6));

        Assert.Null(Code(new RefundCharge("b1", Hold, 4, "bad captions")));
        Assert.Equal(CreditRefusals.AboveCharge, Code(new RefundCharge("b2", Hold, 3, "bad captions")));
        Assert.Null(Code(new RefundCharge("b3", Hold, 2, "bad captions")));
        Assert.Equal(new CreditBalance(10, 0), ledger.State.Balance);
        Assert.Equal(-6, ledger.State.Totals.Refunded);
    }

    [Fact]
    public void Adjust_NeedsActorAndReason_AndNeverOverdraws()
    {
        Held(10, 8);

        Assert.Equal(CreditRefusals.TextInvalid, Code(new AdjustCredits("a1", 5, "", "reason")));
        Assert.Equal(CreditRefusals.TextInvalid, Code(new AdjustCredits("a2", 5, "kim", " ")));
        Assert.Equal(CreditRefusals.Insufficient, Code(new AdjustCredits("a3", -3, "kim", "reason")));
        Assert.Null(Code(new AdjustCredits("a4", -2, "kim", "reason")));
        Assert.Equal("kim", ledger.Entries[^1].Actor);
        Assert.Equal(new CreditBalance(8, 8), ledger.State.Balance);
    }

    [Fact]
    public void Frozen_RefusesNewHolds_AndResolvesOldOnes()
    {
        Held(10, 4);
        ledger.Send(new FreezeAccount("f", true, "kim", "chargeback"));

        Assert.Equal(CreditRefusals.AccountFrozen, Code(new ReserveCredits("r2", Other, 1)));
        Assert.Null(Code(new SettleHold("s", Hold, 4)));
        ledger.Send(new FreezeAccount("t", false, "kim", "settled"));
        Assert.Null(Code(new ReserveCredits("r3", Other, 1)));
    }

    [Fact]
    public void Close_ExpiresWhatIsLeft_AndRefusesAllThatComes()
    {
        Held(10, 4);
        Assert.Equal(CreditRefusals.HoldOpen, Code(new CloseAccount("c1", "kim", "left")));
        ledger.Send(new ReleaseHold("l", Hold));

        Assert.Null(Code(new CloseAccount("c2", "kim", "left")));
        Assert.Equal(CreditRefusals.AccountClosed, Code(new GrantCredits("g2", 1, "")));
        Assert.Equal(CreditBalance.Zero, ledger.State.Balance);
        LedgerInvariants.AssertBalance(ledger);
    }

    [Theory]
    [InlineData("")]
    [InlineData("a\nb")]
    [InlineData("a\ud800b")]
    public void OperationId_ThatCannotBeStored_IsRefusedAndNotRemembered(string id)
    {
        Assert.Equal(CreditRefusals.TextInvalid, Code(new GrantCredits(id, 1, "")));
        Assert.Equal(CreditRefusals.TextInvalid, Code(new GrantCredits(id, 2, "")));
    }

    [Fact]
    public void Clock_ThatWentBack_DoesNotTurnTheLedgerBack()
    {
        Grant(10);
        ledger.Now -= TimeSpan.FromHours(1);
        ledger.Send(new GrantCredits("g2", 1, ""));

        Assert.Equal(LedgerDriver.Start, ledger.Entries[^1].OccurredAt);
    }

    private string? Code(ICreditCommand command) => ledger.Send(command).Refusal?.Code;

    private void Grant(long credits) => ledger.Send(new GrantCredits("g", credits, "test"));

    private void Held(long granted, long held)
    {
        Grant(granted);
        ledger.Send(new ReserveCredits("r", Hold, held));
    }
}
