using CsCheck;
using Xunit;

namespace Ax2.Jobs.Queue;

/// <summary>The queue and the silos together, over any sequence of calls, reports, losses and pauses.</summary>
public sealed class SlotLifeTests
{
    /// <summary>Those that stand here more often come more often: slots should be given, and silos be full.</summary>
    private static readonly SlotLife.Act[] Acts =
    [
        SlotLife.Act.Ask, SlotLife.Act.Ask, SlotLife.Act.Ask, SlotLife.Act.Answer, SlotLife.Act.Answer,
        SlotLife.Act.Answer, SlotLife.Act.Begin, SlotLife.Act.Begin, SlotLife.Act.BeginElsewhere,
        SlotLife.Act.Report, SlotLife.Act.Deliver, .. Enum.GetValues<SlotLife.Act>(),
    ];

    private static readonly Gen<SlotLife.Step[]> Steps = Gen.Select(
        Gen.Int[0, Acts.Length - 1].Select(i => Acts[i]), Gen.Int[0, 20], Gen.Int[0, 20],
        (act, which, how) => new SlotLife.Step(act, which, how)).Array[0, 200];

    [Fact]
    public void Slots_AnySequence_KeepEveryInvariantAndAllEnd() => Steps.Sample(steps =>
    {
        var life = new SlotLife();
        foreach (var step in steps)
        {
            life.Do(step);
            life.Check();
        }

        life.EndAll();
    }, iter: 2000);

    /// <summary>A sequence in which hardly anything is granted would prove nothing.</summary>
    [Fact]
    public void Slots_ManySequences_AreGrantedTakenSpentRefusedAndLost()
    {
        var seen = new Dictionary<string, int>();
        Steps.Sample(steps =>
        {
            var life = new SlotLife();
            foreach (var step in steps)
            {
                life.Do(step);
                life.Check();
            }

            lock (seen)
            {
                foreach (var (what, count) in life.Seen)
                {
                    seen[what] = seen.GetValueOrDefault(what) + count;
                }
            }
        }, iter: 1000);

        string[] expected = ["delivered", "taken", "refused", "spent", "expired"];
        Assert.All(expected, what => Assert.True(seen.GetValueOrDefault(what) > 10, $"{what} is too rare."));
    }
}
