using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace Ax2.Local;

/// <summary>The embedded speech engine's models, laid out as the engine reads them. Each file's hash is pinned.</summary>
public static class SpeechModelsComponent
{
    private const int VocabularySize = 32_000;

    private static readonly NpmPackage Moonshine = new("@moonshine-ai/moonshine-js", "0.1.29",
        "sha512-Gx1B3mJcbM68ihSy/LyJEuEkGq7sYMqTb04zNdcIeidU0URVlSmXP0GyiQOTTAqDZQXlIC7k+bky+FdXk0UPlg==");

    private static readonly NpmPackage Tokenizer = new("llama-tokenizer-js", "1.2.2",
        "sha512-Wmth393dc3odWU3IzARJ3r2oIfWgw9GdJ5Gm+hGhfECNO18UHLRqEFSf511jn4E9KcQGzuuKw4Wl08pHAemLAw==");

    private static readonly NpmPackage VoiceActivity = new("@ricky0123/vad-web", "0.0.31",
        "sha512-ePVq8TvB21sdHSxVMZOEIf9JVa7MAYpaIaNXeGgsPOiMCN8xbPCdF2LS5aYj7VRR3ZxzutedgV9ZplV65IA1Fg==");

    /// <summary>
    /// Fetches what is missing into <c>models</c> below <paramref name="home"/> and answers that folder:
    /// <c>moonshine-tiny-en/{encoder_model.onnx, decoder_model_merged.onnx, vocabulary.json}</c> and
    /// <c>silero-vad-v6/silero_vad_v6.onnx</c>.
    /// </summary>
    public static async Task<string> EnsureAsync(
        string home, IProgress<string>? progress, TimeProvider time, CancellationToken cancellationToken)
    {
        await PreparedFolder.EnsureAsync(MoonshineFolder(home), FillMoonshine, time, cancellationToken);
        await PreparedFolder.EnsureAsync(SileroFolder(home), FillSilero, time, cancellationToken);
        return Folder(home);

        Task FillMoonshine(string staging, CancellationToken token)
        {
            progress?.Report("fetching the speech model");
            return FillMoonshineAsync(staging, time, token);
        }

        Task FillSilero(string staging, CancellationToken token)
        {
            progress?.Report("fetching the voice activity model");
            return FillSileroAsync(staging, time, token);
        }
    }

    /// <summary>True when <see cref="EnsureAsync"/> has nothing to fetch.</summary>
    public static bool IsComplete(string home) =>
        Directory.Exists(MoonshineFolder(home)) && Directory.Exists(SileroFolder(home));

    private static string Folder(string home) => Path.Combine(home, "models");

    private static string MoonshineFolder(string home) => Path.Combine(Folder(home), "moonshine-tiny-en");

    private static string SileroFolder(string home) => Path.Combine(Folder(home), "silero-vad-v6");

    private static async Task FillMoonshineAsync(string folder, TimeProvider time, CancellationToken cancellationToken)
    {
        const string Encoder = "encoder_model.onnx";
        const string Decoder = "decoder_model_merged.onnx";
        const string Vocabulary = "vocabulary.json";
        await Moonshine.ExtractAsync(folder, path => path switch
        {
            "dist/model/tiny/quantized/" + Encoder => Encoder,
            "dist/model/tiny/quantized/" + Decoder => Decoder,
            _ => null,
        }, time, cancellationToken);
        await WriteVocabularyAsync(folder, Vocabulary, time, cancellationToken);
        await VerifyAsync(folder, Encoder, "c6fc4b7bc5af75c0591fd157a1f3829b533d18e9769a888fd95a62e470dd4f4a");
        await VerifyAsync(folder, Decoder, "eed87831c3a6103534aae7d47a5d485025c659a1323901513961c39fe8a1a367");
        await VerifyAsync(folder, Vocabulary, "cd135861236772750b027b8fcc8368bf300810e5708717dc27585a2c0bfac4de");

        Task VerifyAsync(string name, string file, string sha256) =>
            PreparedFolder.VerifySha256Async(Path.Combine(name, file), sha256, cancellationToken);
    }

    private static async Task FillSileroAsync(string folder, TimeProvider time, CancellationToken cancellationToken)
    {
        const string Model = "silero_vad_v6.onnx";
        await VoiceActivity.ExtractAsync(folder, path => path == "dist/" + Model ? Model : null, time, cancellationToken);
        await PreparedFolder.VerifySha256Async(
            Path.Combine(folder, Model),
            "1a153a22f4509e292a94e67d6f9b85e8deb25b4988682b7e174c65279d8788e3",
            cancellationToken);
    }

    /// <summary>
    /// The tokenizer keeps its vocabulary in one line of JavaScript: base64 of the pieces, one to a line, in order of
    /// their ids. The engine gets them as a JSON array, so that nothing needs Node at run time.
    /// </summary>
    private static async Task WriteVocabularyAsync(
        string folder, string name, TimeProvider time, CancellationToken cancellationToken)
    {
        const string Script = "llama-tokenizer.js";
        const string LineStart = "const llama_vocab_base64 = \"";
        await Tokenizer.ExtractAsync(folder, path => path == Script ? Script : null, time, cancellationToken);
        var script = Path.Combine(folder, Script);
        var line = File.ReadLines(script).First(text => text.StartsWith(LineStart, StringComparison.Ordinal));
        File.Delete(script);
        var base64 = line[LineStart.Length..line.LastIndexOf('"')];
        var pieces = Encoding.UTF8.GetString(Convert.FromBase64String(base64)).Split('\n');
        if (pieces.Length != VocabularySize)
            throw new SetupException($"The vocabulary has {pieces.Length} pieces, expected {VocabularySize}.");
        await File.WriteAllBytesAsync(
            Path.Combine(folder, name), JsonSerializer.SerializeToUtf8Bytes(pieces, Readable), cancellationToken);
    }

    private static readonly JsonSerializerOptions Readable = new()
    {
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };
}
