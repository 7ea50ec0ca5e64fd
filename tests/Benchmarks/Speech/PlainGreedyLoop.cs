using Ax2.Captions.Speech;
using Microsoft.ML.OnnxRuntime;
using Microsoft.ML.OnnxRuntime.Tensors;

namespace Ax2.Benchmarks.Speech;

/// <summary>
/// The loop to beat: the same models and phrases, one phrase after another, default sessions on one thread, tensors
/// copied at each step.
/// </summary>
internal sealed class PlainGreedyLoop(string modelFolder) : IDisposable
{
    private const double TokensPerSecond = 6.5;
    private const int EndToken = 2;
    private const int LayerCount = 6;

    private readonly ModelFiles _files = new(modelFolder);
    private readonly InferenceSession _encoder = Open(new ModelFiles(modelFolder).Encoder);
    private readonly InferenceSession _decoder = Open(new ModelFiles(modelFolder).Decoder);
    private readonly LlamaVocabulary _vocabulary = LlamaVocabulary.Load(new ModelFiles(modelFolder).Vocabulary);

    public string Recognize(ReadOnlySpan<short> samples)
    {
        using var voiceActivity = Open(_files.VoiceActivity);
        var maxPhraseMs = new EmbeddedSpeechOptions().MaxPhraseSeconds * 1000;
        using var scanner = new VoiceScanner(voiceActivity, maxPhraseMs / VoiceSegmenter.FrameMs);
        var utterances = scanner.Scan(samples, CancellationToken.None);
        utterances.AddRange(scanner.Finish(CancellationToken.None));
        return string.Join(' ', utterances.Select(utterance => _vocabulary.Text(Decode(utterance.Audio.Span))));
    }

    public void Dispose()
    {
        _encoder.Dispose();
        _decoder.Dispose();
    }

    private static InferenceSession Open(string path)
    {
        using var options = new SessionOptions { IntraOpNumThreads = 1, InterOpNumThreads = 1 };
        return new InferenceSession(path, options);
    }

    private List<int> Decode(ReadOnlySpan<short> audio)
    {
        var floats = new float[audio.Length];
        PcmSamples.ToFloat(audio, floats);
        var input = new DenseTensor<float>(floats, [1, floats.Length]);
        using var encoded = _encoder.Run([NamedOnnxValue.CreateFromTensor("input_values", input)]);
        var heard = encoded[0].AsTensor<float>().ToDenseTensor();

        var caches = NoCaches();
        var spoken = new List<int>();
        var limit = (int)Math.Ceiling(audio.Length * TokensPerSecond / PcmFormat.SampleRateHz);
        for (var token = 1L; spoken.Count < limit;)
        {
            token = Step(token, heard, caches, isFirst: spoken.Count == 0);
            if (token == EndToken)
            {
                break;
            }
            spoken.Add((int)token);
        }
        return spoken;
    }

    private long Step(long token, DenseTensor<float> heard, Dictionary<string, DenseTensor<float>> caches, bool isFirst)
    {
        List<NamedOnnxValue> inputs =
        [
            NamedOnnxValue.CreateFromTensor("input_ids", new DenseTensor<long>(new[] { token }, [1, 1])),
            NamedOnnxValue.CreateFromTensor("encoder_hidden_states", heard),
            NamedOnnxValue.CreateFromTensor("use_cache_branch", new DenseTensor<bool>(new[] { !isFirst }, [1])),
            .. caches.Select(cache => NamedOnnxValue.CreateFromTensor(cache.Key, cache.Value)),
        ];
        using var outputs = _decoder.Run(inputs);
        foreach (var output in outputs.Skip(1))
        {
            if (isFirst || output.Name.Contains(".decoder.", StringComparison.Ordinal))
            {
                var name = output.Name.Replace("present", "past_key_values", StringComparison.Ordinal);
                caches[name] = output.AsTensor<float>().ToDenseTensor();
            }
        }
        return Likeliest(((DenseTensor<float>)outputs[0].AsTensor<float>()).Buffer.Span);
    }

    private static long Likeliest(ReadOnlySpan<float> logits)
    {
        var best = 0;
        for (var i = 1; i < logits.Length; i++)
        {
            best = logits[i] > logits[best] ? i : best;
        }
        return best;
    }

    private static Dictionary<string, DenseTensor<float>> NoCaches()
    {
        var names = from layer in Enumerable.Range(0, LayerCount)
                    from side in (string[])["decoder", "encoder"]
                    from part in (string[])["key", "value"]
                    select $"past_key_values.{layer}.{side}.{part}";
        return names.ToDictionary(name => name, _ => new DenseTensor<float>([1, 8, 0, 36]));
    }
}
