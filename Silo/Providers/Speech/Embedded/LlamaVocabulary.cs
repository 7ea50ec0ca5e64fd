using System.Text;
using System.Text.Json;

namespace Ax2.Captions.Speech;

/// <summary>Turns token ids into text: the pieces of the Llama tokenizer.</summary>
internal sealed class LlamaVocabulary
{
    /// <summary>What each piece stands for in UTF-8. A piece may be part of a character.</summary>
    private readonly byte[][] _bytes;

    public LlamaVocabulary(IReadOnlyList<string> pieces) => _bytes = [.. pieces.Select(Bytes)];

    public static LlamaVocabulary Load(string path)
    {
        using var file = File.OpenRead(path);
        return new LlamaVocabulary(JsonSerializer.Deserialize<string[]>(file)
            ?? throw new InvalidDataException($"'{path}' holds no vocabulary."));
    }

    /// <summary>The text, with single spaces between the words. Ids beyond the vocabulary are not text.</summary>
    public string Text(IEnumerable<int> tokens)
    {
        var utf8 = tokens.Where(token => token < _bytes.Length).SelectMany(token => _bytes[token]).ToArray();
        var words = Encoding.UTF8.GetString(utf8).Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries);
        return string.Join(' ', words);
    }

    private static byte[] Bytes(string piece) => piece switch
    {
        "<unk>" or "<s>" or "</s>" => [],
        ['<', '0', 'x', _, _, '>'] => Convert.FromHexString(piece.AsSpan(3, 2)),
        _ => Encoding.UTF8.GetBytes(piece.Replace('▁', ' ')),
    };
}
