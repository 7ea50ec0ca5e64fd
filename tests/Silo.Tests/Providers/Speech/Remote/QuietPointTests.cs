using System.Runtime.InteropServices;
using Ax2.Captions.Speech;
using Xunit;

namespace Ax2.Tests.Providers.Speech.Remote;

public sealed class QuietPointTests
{
    [Fact]
    public void Find_PauseOfItsLength_IsItsMiddle() => Assert.Equal(9050, Find((0, 8900), (9200, 10_000)));

    [Fact]
    public void Find_LongerPause_IsWellInsideIt() => Assert.InRange(Find((0, 8000), (9000, 10_000)), 8150, 8850);

    [Fact]
    public void Find_ShortGapAndPause_TakesThePause() =>
        Assert.InRange(Find((0, 7900), (8250, 9500), (9550, 10_000)), 8050, 8100);

    [Fact]
    public void Find_PauseOnlyInTheFirstHalf_CutsInTheLastQuarterAllTheSame() =>
        Assert.InRange(Find((0, 3000), (4000, 10_000)), 7500, 10_000);

    [Fact]
    public void Find_Silence_CutsLate() => Assert.Equal(9850, Find());

    private static int Find(params (int, int)[] bursts) =>
        QuietPoint.FindMs(MemoryMarshal.Cast<byte, short>(RemoteSpeechRecognizerTests.Bursts(10_000, bursts)));
}
