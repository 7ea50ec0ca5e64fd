using Ax2.Captions.Speech;
using Xunit;

namespace Ax2.Tests.Providers.Speech.Embedded;

public sealed class LoopCutterTests
{
    [Fact]
    public void Cut_NoRepetition_ChangesNothing() => Assert.Equal([1, 2, 3, 4, 5], LoopCutter.Cut([1, 2, 3, 4, 5]));

    [Fact]
    public void Cut_Phrase_SaidOverAndOver_KeepsOne() =>
        Assert.Equal([9, 1, 2, 3, 4, 8], LoopCutter.Cut([9, 1, 2, 3, 4, 1, 2, 3, 4, 1, 2, 3, 4, 8]));

    [Fact]
    public void Cut_LoopBrokenOffInTheMiddle_KeepsOne() =>
        Assert.Equal([1, 2, 3], LoopCutter.Cut([1, 2, 3, 1, 2, 3, 1, 2, 3, 1, 2]));

    [Fact]
    public void Cut_OneTokenOverAndOver_KeepsOne() =>
        Assert.Equal([5, 7], LoopCutter.Cut([5, .. Enumerable.Repeat(7, 20)]));

    [Fact]
    public void Cut_WordSaidThreeTimes_IsHowPeopleSpeak() =>
        Assert.Equal([1, 2, 1, 2, 1, 3], LoopCutter.Cut([1, 2, 1, 2, 1, 3]));

    [Fact]
    public void Cut_SentenceSaidTwice_IsHowPeopleSpeak()
    {
        int[] tokens = [1, 2, 3, 4, 5, 6, 1, 2, 3, 4, 5, 6];

        Assert.Equal(tokens, LoopCutter.Cut(tokens));
    }

    [Fact]
    public void Cut_Nothing_IsNothing() => Assert.Empty(LoopCutter.Cut([]));

    [Fact]
    public void EndsInLoop_LoopAtTheEnd_IsTrueAndElsewhereFalse()
    {
        Assert.True(LoopCutter.EndsInLoop([9, 1, 2, 3, 1, 2, 3, 1, 2, 3]));
        Assert.False(LoopCutter.EndsInLoop([1, 2, 3, 1, 2, 3, 1, 2, 3, 9]));
    }
}
