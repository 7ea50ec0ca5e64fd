using System.Security.Cryptography;

namespace Ax2.Captions.Speech;

/// <summary>The files of the embedded engine inside the model folder.</summary>
internal sealed record ModelFiles(string Folder)
{
    private const string Speech = "moonshine-tiny-en";
    private const string Voice = "silero-vad-v6";

    /// <summary>
    /// The engine is written for these very models: ones that differ in a byte may load and recognise nothing.
    /// </summary>
    private static readonly (string Folder, string Name, string Sha256)[] Pinned =
    [
        (Speech, "encoder_model.onnx", "c6fc4b7bc5af75c0591fd157a1f3829b533d18e9769a888fd95a62e470dd4f4a"),
        (Speech, "decoder_model_merged.onnx", "eed87831c3a6103534aae7d47a5d485025c659a1323901513961c39fe8a1a367"),
        (Speech, "vocabulary.json", "cd135861236772750b027b8fcc8368bf300810e5708717dc27585a2c0bfac4de"),
        (Voice, "silero_vad_v6.onnx", "1a153a22f4509e292a94e67d6f9b85e8deb25b4988682b7e174c65279d8788e3"),
    ];

    public string Encoder => PathOf(0);

    public string Decoder => PathOf(1);

    public string Vocabulary => PathOf(2);

    public string VoiceActivity => PathOf(3);

    /// <summary>What is wrong with the folder and what to do about it, or null when every file is right.</summary>
    public string? Fault()
    {
        string[] paths = [.. Pinned.Select((_, index) => PathOf(index))];
        string[] missing = [.. paths.Where(path => !File.Exists(path))];
        if (missing.Length > 0)
        {
            return $"Speech models are missing, run ./ax2 setup: {string.Join(", ", missing)}";
        }

        string[] damaged = [.. paths.Where((path, index) => Sha256(path) != Pinned[index].Sha256)];
        return damaged.Length == 0
            ? null
            : "Speech models are damaged, or others than the engine is written for; remove their folders and run "
                + "./ax2 setup: " + string.Join(", ", damaged);
    }

    private string PathOf(int index) => Path.Combine(Folder, Pinned[index].Folder, Pinned[index].Name);

    private static string Sha256(string path)
    {
        using var file = File.OpenRead(path);
        return Convert.ToHexStringLower(SHA256.HashData(file));
    }
}
