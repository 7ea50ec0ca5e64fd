using CsCheck;
using Xunit;

namespace Ax2.Credits;

public sealed class LedgerTests
{
    private static readonly Guid Hold = Guid.Parse("11111111-1111-7111-8111-111111111111");

    [Fact]
    public void Reserve_MoreThanAvailable_IsRefusedWithTheShortfall()
    {
        var (state, answer) = Apply(Granted(10), new LedgerCommand.Reserve("r", Hold, 12));

        Assert.Equal(CreditRefusals.Insufficient, answer.Refusal?.Code);
        Assert.Equal(2, answer.Refusal!.Figures!["shortfallCredits"]);
        Assert.Equal(12, answer.Refusal.Figures["requiredCredits"]);
        Assert.Equal(10, answer.Refusal.Figures["availableCredits"]);
        Assert.Empty(state.Holds);
    }

    [Fact]
    public void Reserve_CountsOtherHolds()
    {
        var (state, _) = Apply(Granted(10), new LedgerCommand.Reserve("r1", Hold, 7));

        var (_, answer) = Apply(state, new LedgerCommand.Reserve("r2", Guid.CreateVersion7(), 4));

        Assert.Equal(CreditRefusals.Insufficient, answer.Refusal?.Code);
    }

    [Fact]
    public void Settle_Part_ReturnsTheRestInTheSameStep()
    {
        var (held, _) = Apply(Granted(10), new LedgerCommand.Reserve("r", Hold, 8));

        var (_, answer) = Apply(held, new LedgerCommand.Settle("s", Hold, 3));

        Assert.Null(answer.Refusal);
        Assert.Equal(new CreditBalance(7, 0), answer.Balance);
    }

    [Fact]
    public void Settle_MoreThanReserved_IsRefusedAndKeepsTheHold()
    {
        var (held, _) = Apply(Granted(10), new LedgerCommand.Reserve("r", Hold, 8));

        var (state, answer) = Apply(held, new LedgerCommand.Settle("s", Hold, 9));

        Assert.Equal(CreditRefusals.AboveHold, answer.Refusal?.Code);
        Assert.Equal(new CreditBalance(10, 8), state.Balance);
    }

    [Fact]
    public void Settle_AfterRelease_IsRefused()
    {
        var (held, _) = Apply(Granted(10), new LedgerCommand.Reserve("r", Hold, 8));
        var (released, _) = Apply(held, new LedgerCommand.Release("l", Hold));

        var (state, answer) = Apply(released, new LedgerCommand.Settle("s", Hold, 8));

        Assert.Equal(CreditRefusals.HoldUnknown, answer.Refusal?.Code);
        Assert.Equal(new CreditBalance(10, 0), state.Balance);
    }

    [Fact]
    public void Repeat_SameOperation_ChangesNothingAndAnswersTheSame()
    {
        var (held, first) = Apply(Granted(10), new LedgerCommand.Reserve("r", Hold, 8));
        var (settled, _) = Apply(held, new LedgerCommand.Settle("s", Hold, 8));

        var (state, again) = Apply(settled, new LedgerCommand.Reserve("r", Hold, 8));

        Assert.Equal(first, again);
        Assert.Same(settled, state);
    }

    [Fact]
    public void Repeat_ARefusal_IsRefusedAgainEvenWhenCreditsCame()
    {
        var (refused, first) = Apply(Granted(1), new LedgerCommand.Reserve("r", Hold, 8));
        var (rich, _) = Apply(refused, new LedgerCommand.Grant("g2", 100, "top-up"));

        var (_, again) = Apply(rich, new LedgerCommand.Reserve("r", Hold, 8));

        Assert.Equal(first, again);
    }

    [Fact]
    public void Repeat_SameOperationOtherContent_IsAConflict()
    {
        var (held, _) = Apply(Granted(10), new LedgerCommand.Reserve("r", Hold, 8));

        var (state, answer) = Apply(held, new LedgerCommand.Reserve("r", Hold, 7));

        Assert.Equal(CreditRefusals.OperationConflict, answer.Refusal?.Code);
        Assert.Same(held, state);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(-1)]
    [InlineData(long.MinValue)]
    public void Amount_NotPositive_IsRefused(long credits)
    {
        Assert.Equal(
            CreditRefusals.AmountInvalid,
            Apply(Granted(10), new LedgerCommand.Grant("g2", credits, "")).Answer.Refusal?.Code);
        Assert.Equal(
            CreditRefusals.AmountInvalid,
            Apply(Granted(10), new LedgerCommand.Reserve("r", Hold, credits)).Answer.Refusal?.Code);
    }

    [Fact]
    public void Grant_OverTheLargestNumber_IsRefused()
    {
        var (_, answer) = Apply(Granted(10), new LedgerCommand.Grant("g2", long.MaxValue, ""));

        Assert.Equal(CreditRefusals.AmountInvalid, answer.Refusal?.Code);
    }

    [Fact]
    public void AnyCommands_WithRepeats_NeverOverdrawAndNeverBookTwice()
    {
        var holds = Enumerable.Range(1, 4).Select(i => new Guid(i, 0, 0, new byte[8])).ToArray();
        var amount = Gen.Long[-2, 30];
        var hold = Gen.Int[0, holds.Length - 1].Select(i => holds[i]);
        var id = Gen.Int[0, 25].Select(i => $"op{i}");
        Gen<LedgerCommand> command = Gen.OneOf<LedgerCommand>(
            Gen.Select(id, amount, (o, a) => (LedgerCommand)new LedgerCommand.Grant(o, a, "g")),
            Gen.Select(id, hold, amount, (o, h, a) => (LedgerCommand)new LedgerCommand.Reserve(o, h, a)),
            Gen.Select(id, hold, amount, (o, h, a) => (LedgerCommand)new LedgerCommand.Settle(o, h, a)),
            Gen.Select(id, hold, (o, h) => (LedgerCommand)new LedgerCommand.Release(o, h)));

        command.Array[1, 60].Sample(commands =>
        {
            var state = new CreditAccountState();
            var booked = new Dictionary<string, LedgerCommand>();
            long expected = 0;
            foreach (var next in commands)
            {
                var (after, answer) = Ledger.Apply(state, next);
                if (answer.Refusal is null && booked.TryAdd(next.OperationId, next))
                {
                    expected += next switch
                    {
                        LedgerCommand.Grant g => g.Credits,
                        LedgerCommand.Settle s => -s.Credits,
                        _ => 0,
                    };
                }

                Assert.Equal(expected, after.PostedCredits);
                Assert.True(after.Balance.AvailableCredits >= 0);
                state = after;
            }
        });
    }

    private static (CreditAccountState State, CreditAnswer Answer) Apply(
        CreditAccountState state, LedgerCommand command) => Ledger.Apply(state, command);

    private static CreditAccountState Granted(long credits) =>
        Ledger.Apply(new CreditAccountState(), new LedgerCommand.Grant("g", credits, "test")).State;
}
