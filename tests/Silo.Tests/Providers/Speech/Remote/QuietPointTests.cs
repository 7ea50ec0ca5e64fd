using System.Runtime.InteropServices;
using Ax2.Captions.Speech;
using Xunit;

namespace Ax2.Tests.Providers.Speech.Remote;

public sealed class QuietPointTests
{
    [Fact]
    public void Find_OnePauseNearTheEnd_IsItsMiddle() => Assert.Equal(9000, Find((0, 8800), (9200, 10_000)));

    [Fact]
    public void Find_ShortGapAndPause_TakesThePause() => Assert.InRange(Find((0, 7900), (8250, 9500), (9550, 10_000)), 8000, 8150);

    [Fact]
    public void Find_PauseOnlyInTheFirstHalf_CutsInTheLastQuarterAllTheSame() =>
        Assert.InRange(Find((0, 3000), (4000, 10_000)), 7500, 10_000);

    [Fact]
    public void Find_Silence_CutsLate() => Assert.Equal(9850, Find());

    private static int Find(params (int, int)[] bursts) =>
        QuietPoint.FindMs(MemoryMarshal.Cast<byte, short>(RemoteSpeechRecognizerTests.Bursts(10_000, bursts)));
}
