using System.Globalization;
using System.Text;

namespace Ax2.Captions;

/// <summary>How wide a character (a grapheme: what a reader calls one) counts.</summary>
public enum CharacterWeights
{
    /// <summary>Every character is 1.</summary>
    Equal,

    /// <summary>Hangul, other East Asian letters and emoji are 1; Latin, digits, spaces, punctuation 0.5.</summary>
    HalfLatin,
}

/// <summary>Widths are counted in half characters, so that they stay whole numbers.</summary>
internal static class TextWidth
{
    public static int HalfChars(ReadOnlySpan<char> text, CharacterWeights weights)
    {
        var width = 0;
        while (!text.IsEmpty)
        {
            var length = GraphemeLength(text);
            width += HalfCharsOf(text[..length], weights);
            text = text[length..];
        }

        return width;
    }

    public static int SpaceHalfChars(CharacterWeights weights) => weights == CharacterWeights.Equal ? 2 : 1;

    /// <summary>Of the first grapheme, in UTF-16 units.</summary>
    public static int GraphemeLength(ReadOnlySpan<char> text)
    {
        var alone = IsPlain(text[0]) && (text.Length == 1 || IsPlain(text[1]));
        return alone ? 1 : StringInfo.GetNextTextElementLength(text);
    }

    /// <summary>The longest start of the text, in UTF-16 units, that fits; at least one grapheme.</summary>
    public static int FittingLength(ReadOnlySpan<char> text, int halfChars, CharacterWeights weights)
    {
        var length = GraphemeLength(text);
        var width = HalfCharsOf(text[..length], weights);
        while (length < text.Length)
        {
            var next = GraphemeLength(text[length..]);
            width += HalfCharsOf(text.Slice(length, next), weights);
            if (width > halfChars)
                break;
            length += next;
        }

        return length;
    }

    // Two of these side by side are always two graphemes; asking the Unicode tables is ten times slower.
    private static bool IsPlain(char c) => c is (>= ' ' and <= '~') or (>= '\uAC00' and <= '\uD7A3');

    private static int HalfCharsOf(ReadOnlySpan<char> grapheme, CharacterWeights weights) =>
        weights == CharacterWeights.Equal || IsWide(grapheme) ? 2 : 1;

    private static bool IsWide(ReadOnlySpan<char> grapheme)
    {
        if (Rune.DecodeFromUtf16(grapheme, out var rune, out _) != System.Buffers.OperationStatus.Done)
            return false;
        return rune.Value switch
        {
            < 0x1100 => false,
            <= 0x11FF => true,
            < 0x2E80 => grapheme.Length > 1 && grapheme[^1] == '\uFE0F',
            <= 0xD7FF or (>= 0xF900 and <= 0xFAFF) or (>= 0xFF01 and <= 0xFFEF) => !Rune.IsPunctuation(rune),
            >= 0x1F000 => true,
            _ => false,
        };
    }
}
