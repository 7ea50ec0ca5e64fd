using Ax2.Captions.Speech;
using Xunit;

namespace Ax2.Tests.Providers.Speech.Embedded;

public sealed class VoiceSegmenterTests
{
    private const int MaxFrames = 625;

    [Fact]
    public void Push_SpeechBetweenPauses_IsAPhraseFromItsFirstVoicedFrameToItsLast()
    {
        var phrase = Assert.Single(Phrases((100, 0.02f), (50, 0.98f), (40, 0.02f)));

        Assert.Equal([new FrameRange(100, 150)], phrase.Stretches);
    }

    [Fact]
    public void Push_SpeechBetweenPauses_LetsTheRecogniserHearSomeQuietAroundIt()
    {
        var phrase = Assert.Single(Phrases((100, 0.02f), (50, 0.98f), (40, 0.02f)));

        Assert.Equal(new FrameRange(95, 155), phrase.Audio);
    }

    [Fact]
    public void Push_WeakSoundInAWord_DoesNotEndTheVoice()
    {
        var phrase = Assert.Single(Phrases((10, 0), (30, 0.98f), (5, 0.4f), (30, 0.98f), (40, 0)));

        Assert.Equal([new FrameRange(10, 75)], phrase.Stretches);
    }

    [Fact]
    public void Push_StopConsonant_IsNoPause()
    {
        var phrase = Assert.Single(Phrases((10, 0), (30, 0.98f), (3, 0.1f), (30, 0.98f), (40, 0)));

        Assert.Equal([new FrameRange(10, 73)], phrase.Stretches);
    }

    [Fact]
    public void Push_ShortPause_StaysInThePhraseAsAPause()
    {
        var phrase = Assert.Single(Phrases((10, 0), (30, 0.98f), (10, 0.1f), (30, 0.98f), (40, 0)));

        Assert.Equal([new FrameRange(10, 40), new FrameRange(50, 80)], phrase.Stretches);
    }

    [Fact]
    public void Push_Pause_EndsThePhraseAndTheNextBeginsWithItsVoice()
    {
        var phrases = Phrases((10, 0), (30, 0.98f), (11, 0.1f), (30, 0.98f), (40, 0));

        Assert.Equal([10L, 51L], phrases.Select(phrase => phrase.Start));
        Assert.True(phrases[0].Audio.End <= phrases[1].Audio.Start);
    }

    [Fact]
    public void Push_PauseAfterAWordAlone_WaitsForMore()
    {
        var phrase = Assert.Single(Phrases((10, 0), (12, 0.98f), (15, 0.1f), (30, 0.98f), (40, 0)));

        Assert.Equal(2, phrase.Stretches.Length);
    }

    [Fact]
    public void Push_LongPauseAfterAWordAlone_EndsThePhrase() =>
        Assert.Equal(2, Phrases((10, 0), (12, 0.98f), (19, 0.1f), (30, 0.98f), (40, 0)).Count);

    [Fact]
    public void Push_Blip_IsNoPhrase() => Assert.Empty(Phrases((10, 0), (7, 0.98f), (40, 0)));

    [Fact]
    public void Push_LongSoundThatIsNeverSurelyVoice_IsNoPhrase() =>
        Assert.Empty(Phrases((10, 0), (100, 0.8f), (40, 0)));

    [Fact]
    public void Push_SpeechWithoutPause_IsCutWhereItIsLeastVoiced()
    {
        var phrases = Phrases((500, 0.98f), (6, 0.6f), (400, 0.98f), (40, 0));

        Assert.Equal(2, phrases.Count);
        Assert.InRange(phrases[0].End, 500, 506);
        Assert.Equal(phrases[0].End, phrases[1].Start);
        Assert.Equal(phrases[0].Audio.End, phrases[1].Audio.Start);
    }

    [Fact]
    public void Push_AnHourWithoutPause_NeverHoldsMoreThanAPhrase()
    {
        var segmenter = new VoiceSegmenter(MaxFrames);
        var voiced = 0L;
        for (var frame = 0; frame < 112_500; frame++)
        {
            voiced += segmenter.Push(0.98f)?.Stretches.Sum(stretch => stretch.Length) ?? 0;
            Assert.InRange(frame - segmenter.NeededFrom, 0, MaxFrames);
        }

        voiced += segmenter.Finish()!.Stretches.Sum(stretch => stretch.Length);
        Assert.Equal(112_500, voiced);
    }

    [Fact]
    public void Finish_InsideSpeech_AnswersWhatWasSaid()
    {
        var phrase = Assert.Single(Phrases((10, 0), (30, 0.98f)));

        Assert.Equal(new FrameRange(5, 40), phrase.Audio);
    }

    private static List<Phrase> Phrases(params (int Frames, float Probability)[] audio)
    {
        var segmenter = new VoiceSegmenter(MaxFrames);
        var answers = audio
            .SelectMany(part => Enumerable.Repeat(part.Probability, part.Frames))
            .Select(segmenter.Push)
            .ToList();
        return [.. answers.Append(segmenter.Finish()).OfType<Phrase>()];
    }
}
