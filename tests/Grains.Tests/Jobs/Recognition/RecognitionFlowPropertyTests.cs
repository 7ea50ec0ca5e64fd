using CsCheck;
using Xunit;

namespace Ax2.Jobs;

/// <summary>
/// Any order of events: see <see cref="RecognitionWorld"/>. A failure prints CsCheck's seed; <c>CsCheck_Seed</c> in the
/// environment runs it again.
/// </summary>
public sealed class RecognitionFlowPropertyTests
{
    private static readonly Gen<int[]> Choices = Gen.Int[0, 99_999].Array[0, 150];

    /// <summary>
    /// No item has two open begins, each slot is used once or given back, what is stopped does not go on, and all of it
    /// ends once the calls are answered.
    /// </summary>
    [Fact]
    public void AnyOrder_OfEvents_HoldsTheInvariants() =>
        Choices.Sample(choices => new RecognitionWorld().Play(choices), iter: 5_000);

    [Fact]
    public void AnyOrder_SlotsAreNotGivenBack_IsNoticed() =>
        AssertNoticed(() => command => command is RecognitionCommand.LeaveQueue);

    [Fact]
    public void AnyOrder_LateBeginIsNotStoppedAgain_IsNoticed() => AssertNoticed(() =>
    {
        HashSet<int> stopped = [];
        return command => command is RecognitionCommand.Stop stop && !stopped.Add(stop.Index);
    });

    private static void AssertNoticed(Func<Func<RecognitionCommand, bool>> isLost) =>
        Assert.Throws<CsCheckException>(() => Choices.Sample(
            choices => new RecognitionWorld(isLost()).Play(choices), iter: 20_000));
}
