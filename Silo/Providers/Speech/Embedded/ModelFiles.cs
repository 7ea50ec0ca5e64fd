namespace Ax2.Captions.Speech;

/// <summary>The files of the embedded engine inside the model folder.</summary>
internal sealed record ModelFiles(string Folder)
{
    public string Encoder => Path.Combine(Folder, "moonshine-tiny-en", "encoder_model.onnx");

    public string Decoder => Path.Combine(Folder, "moonshine-tiny-en", "decoder_model_merged.onnx");

    public string Vocabulary => Path.Combine(Folder, "moonshine-tiny-en", "vocabulary.json");

    public string VoiceActivity => Path.Combine(Folder, "silero-vad-v6", "silero_vad_v6.onnx");

    /// <summary>What is wrong with the folder and what to do about it, or null when every file is there.</summary>
    public string? Fault()
    {
        string[] missing = [.. new[] { Encoder, Decoder, Vocabulary, VoiceActivity }.Where(file => !File.Exists(file))];
        return missing.Length == 0
            ? null
            : $"Speech models are missing, run ./ax2 setup: {string.Join(", ", missing)}";
    }
}
