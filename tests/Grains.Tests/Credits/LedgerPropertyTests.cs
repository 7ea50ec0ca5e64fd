using System.Globalization;
using System.Text.RegularExpressions;
using CsCheck;
using Xunit;

namespace Ax2.Credits;

/// <summary>
/// Random streams with repeats, reused operation ids, any order and passing time, against <see cref="LedgerModel"/>.
/// A failure prints CsCheck's seed; <c>CsCheck_Seed</c> in the environment runs it again.
/// </summary>
public sealed class LedgerPropertyTests
{
    private static readonly Gen<Guid> HoldId = Gen.Int[1, 6].Select(i => new Guid(i, 0, 0, new byte[8]));
    private static readonly Gen<string> OperationId = Gen.Int[0, 60].Select(i => $"op{i}");
    private static readonly Gen<long> Amount = Gen.Long[-1, 12];
    private static readonly Gen<TimeSpan?> Life = Gen.Int[1, 15].Select(s => (TimeSpan?)TimeSpan.FromSeconds(s));
    private static readonly Gen<DateTimeOffset?> Time =
        Gen.Int[0, 60].Select(s => s < 30 ? null : (DateTimeOffset?)LedgerDriver.Start.AddSeconds(s - 25));

    private static readonly Gen<ICreditCommand> Command = Gen.Frequency(
        (5, Gen.Select(OperationId, Amount, Gen.Int[0, 2], Time, Time,
            (o, a, p, from, to) => (ICreditCommand)new GrantCredits(o, a, "g", CreditCategory.Paid, p, from, to))),
        (8, Gen.Select(OperationId, HoldId, Amount, Life,
            (o, h, a, l) => (ICreditCommand)new ReserveCredits(o, h, a, l))),
        (2, Gen.Select(OperationId, HoldId, Life, (o, h, l) => (ICreditCommand)new ExtendHold(o, h, l))),
        (5, Gen.Select(OperationId, HoldId, Amount, (o, h, a) => (ICreditCommand)new SettleHold(o, h, a))),
        (3, Gen.Select(OperationId, HoldId, (o, h) => (ICreditCommand)new ReleaseHold(o, h))),
        (3, Gen.Select(OperationId, HoldId, Amount, (o, h, a) => (ICreditCommand)new RefundCharge(o, h, a, "r"))),
        (2, Gen.Select(OperationId, Gen.Long[-8, 8], (o, a) => (ICreditCommand)new AdjustCredits(o, a, "kim", "r"))),
        (1, Gen.Select(OperationId, Gen.Bool, (o, f) => (ICreditCommand)new FreezeAccount(o, f, "kim", "r"))));

    /// <summary>Pauses and batches; every fourth command or so is sent once more, later.</summary>
    private static readonly Gen<(int Pause, ICreditCommand[] Commands)[]> Stream =
        Gen.Select(Gen.Int[0, 3], Command.Array[0, 5]).Array[1, 25].SelectMany(steps =>
            Gen.Int[0, 400].Array[steps.Length].Select(repeats =>
            {
                var sent = steps.SelectMany(s => s.Item2).ToArray();
                return steps.Select((s, i) => repeats[i] < sent.Length
                    ? (s.Item1, [.. s.Item2, sent[repeats[i]]])
                    : s).ToArray();
            }));

    [Fact]
    public void AnyStream_AnswersLikeTheModel_AndTheBooksBalance() => Stream.Sample(
        steps =>
        {
            var ledger = new LedgerDriver();
            var model = new LedgerModel();
            foreach (var (pause, commands) in steps)
            {
                ledger.Now = ledger.Now.AddSeconds(pause);
                model.Advance(pause);
                var answers = ledger.SendAll(commands);
                Assert.Equal(
                    commands.Select(model.Send).Select(a => (a.Balance, a.Refusal?.Code)),
                    answers.Select(a => (a.Balance, a.Refusal?.Code)));
                AssertEqual(model, ledger.State);
            }

            LedgerInvariants.AssertBalance(ledger);
        },
        iter: 3_000);

    /// <summary>What is due is booked at its own time: how often somebody looks in between changes nothing.</summary>
    [Fact]
    public void AnyStream_LookedAtOften_HasTheSameLedger() => Stream.Sample(
        steps =>
        {
            var seldom = new LedgerDriver();
            var often = new LedgerDriver();
            foreach (var (pause, commands) in steps)
            {
                for (var i = 0; i < pause; i++)
                {
                    often.Now = often.Now.AddSeconds(1);
                    often.SendAll();
                }

                seldom.Now = seldom.Now.AddSeconds(pause);
                seldom.SendAll(commands);
                foreach (var command in commands)
                {
                    often.Send(command);
                }
            }

            Assert.Equal(seldom.State.LastHash.AsSpan(), often.State.LastHash.AsSpan());
        },
        iter: 1_000);

    /// <summary>
    /// A failure must be one that a person can read. A rule that is wrong on purpose fails at streams of any length,
    /// and what is reported is near the shortest: a grant, a hold, a settlement.
    /// </summary>
    [Fact]
    public void Failure_IsReportedAsAShortStreamWithItsSeed()
    {
        var failure = Assert.Throws<CsCheckException>(() => Stream.Sample(
            steps =>
            {
                var ledger = new LedgerDriver();
                foreach (var (_, commands) in steps)
                {
                    ledger.SendAll(commands);
                }

                Assert.DoesNotContain(ledger.Entries, e => e.Kind == EntryKind.Settled);
            },
            iter: 20_000,
            print: steps => $"commands={steps.Sum(s => s.Commands.Length)};"));

        Assert.Matches("seed.*[1-9][0-9]* shrinks", failure.Message.ReplaceLineEndings(" "));
        var count = Regex.Match(failure.Message, "commands=([0-9]+);").Groups[1].Value;
        // Shrinking is random: mostly it ends at 3 to 9. A stream has about 35 commands, and up to 150.
        Assert.InRange(int.Parse(count, CultureInfo.InvariantCulture), 3, 20);
    }

    private static void AssertEqual(LedgerModel model, LedgerState state)
    {
        Assert.Equal(model.Balance, state.Balance);
        Assert.Equal(model.Count(LedgerModel.Place.Consumed), state.Totals.Consumed);
        Assert.Equal(model.Count(LedgerModel.Place.Expired), state.Totals.Expired);
    }
}
