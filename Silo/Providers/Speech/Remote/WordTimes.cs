namespace Ax2.Captions.Speech;

/// <summary>
/// Finds the times of a text's words among the timed pieces of an answer. The pieces are words without their marks,
/// words, or parts of words, depending on the server; so they are matched by their letters, from left to right.
/// </summary>
internal sealed class WordTimes
{
    /// <summary>How many pieces that are not in the text may be passed over at once.</summary>
    private const int LookAhead = 5;

    private readonly List<Piece> _pieces;
    private int _next;

    /// <param name="words">Those without letters or sound times are no help and are left out.</param>
    public WordTimes(IEnumerable<AnswerWord?> words) => _pieces = [.. words
        .OfType<AnswerWord>()
        .Select(word => new Piece(Letters(word.Word), AnswerTime.Ms(word.Start), AnswerTime.Ms(word.End)))
        .Where(piece => piece.Letters.Length > 0 && piece.StartMs is not null && piece.EndMs is not null)
        .OrderBy(piece => piece.StartMs)];

    /// <summary>From here on only pieces that end after this.</summary>
    public void SkipTo(long startMs)
    {
        while (_next < _pieces.Count && _pieces[_next].EndMs <= startMs)
        {
            _next++;
        }
    }

    /// <summary>When the word was said, or null when no piece before <paramref name="endMs"/> says it.</summary>
    public TimeRange? Take(string word, long endMs)
    {
        var letters = Letters(word);
        for (var first = _next; letters.Length > 0 && first < Math.Min(_next + LookAhead, _pieces.Count); first++)
        {
            if (LastOf(letters, first) is { } last && _pieces[first].StartMs < endMs)
            {
                _next = last + 1;
                return new TimeRange(_pieces[first].StartMs!.Value, _pieces[last].EndMs!.Value);
            }
        }
        return null;
    }

    /// <summary>The last of the pieces from <paramref name="first"/> on that together are these letters.</summary>
    private int? LastOf(string letters, int first)
    {
        var matched = 0;
        for (var i = first; i < _pieces.Count; i++)
        {
            var piece = _pieces[i].Letters;
            if (string.CompareOrdinal(letters, matched, piece, 0, piece.Length) != 0)
            {
                return null;
            }
            matched += piece.Length;
            if (matched == letters.Length)
            {
                return i;
            }
        }
        return null;
    }

    private static string Letters(string? text) =>
        string.Concat((text ?? "").Where(char.IsLetterOrDigit).Select(char.ToLowerInvariant));

    private readonly record struct Piece(string Letters, long? StartMs, long? EndMs);
}
