using System.Collections.Immutable;
using Microsoft.Extensions.Options;
using Microsoft.ML.OnnxRuntime;

namespace Ax2.Captions.Speech;

/// <summary>What all jobs share: the models, which are read-only, and the threads.</summary>
internal sealed class EmbeddedEngine : IDisposable
{
    private readonly InferenceSession _voiceActivity;
    private readonly Moonshine _moonshine;
    private readonly LlamaVocabulary _vocabulary;

    public EmbeddedEngine(IOptions<EmbeddedSpeechOptions> options)
    {
        Options = options.Value;
        var files = new ModelFiles(Options.ModelFolder);
        _vocabulary = LlamaVocabulary.Load(files.Vocabulary);
        _voiceActivity = OnnxModel.Open(files.VoiceActivity);
        _moonshine = new Moonshine(files);
        Workers = new SpeechWorkers(Options.ThreadCount);
    }

    public EmbeddedSpeechOptions Options { get; }

    public SpeechWorkers Workers { get; }

    public VoiceScanner OpenScanner() =>
        new(_voiceActivity, Options.MaxPhraseSeconds * 1000 / VoiceSegmenter.FrameMs);

    /// <summary>
    /// The text of each utterance, empty where nothing was said. Computes on the calling thread and disposes the
    /// utterances' audio.
    /// </summary>
    public ImmutableArray<string> Transcribe(IReadOnlyList<Utterance> batch, CancellationToken cancellationToken)
    {
        var tokens = _moonshine.Transcribe([.. batch.Select(utterance => utterance.Audio)], cancellationToken);
        foreach (var utterance in batch)
        {
            utterance.Dispose();
        }
        return [.. tokens.Select(row => _vocabulary.Text(LoopCutter.Cut(row)))];
    }

    public void Dispose()
    {
        Workers.Dispose();
        _moonshine.Dispose();
        _voiceActivity.Dispose();
    }
}
