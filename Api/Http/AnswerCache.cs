using Microsoft.Extensions.Caching.Memory;
using Microsoft.Extensions.Internal;

namespace Ax2.Http;

/// <summary>
/// Answers of grains and checks, kept for some seconds, so that most requests ask nobody. At most one question about a
/// key is under way; those that come meanwhile share its answer or its fault. Null and faults are not kept.
/// </summary>
/// <param name="isKept">Of the answers that are not null. Default all.</param>
internal sealed class AnswerCache<TKey, TValue>(TimeSpan life, TimeProvider time, Func<TValue, bool>? isKept = null)
    : IDisposable
    where TKey : notnull
    where TValue : class
{
    /// <summary>With so many kept, others are asked for at each request until some have expired.</summary>
    internal const int MaxEntries = 10_000;

    private readonly MemoryCache _answers = new(new MemoryCacheOptions
    {
        SizeLimit = MaxEntries, ExpirationScanFrequency = life, Clock = new Clock(time),
    });
    private readonly Lock _lock = new();

    /// <summary>Under the lock. A question is taken out when its key is removed: its answer may be old.</summary>
    private readonly Dictionary<TKey, Question> _questions = [];

    internal int Count => _answers.Count;

    internal ValueTask<TValue?> Get(TKey key, Func<TKey, Task<TValue?>> ask) =>
        _answers.TryGetValue(key, out TValue? answer) ? new(answer) : new(Ask(key, ask));

    internal void Remove(TKey key)
    {
        lock (_lock)
        {
            _questions.Remove(key);
            _answers.Remove(key);
        }
    }

    public void Dispose() => _answers.Dispose();

    private async Task<TValue?> Ask(TKey key, Func<TKey, Task<TValue?>> ask)
    {
        Question? question;
        lock (_lock)
        {
            if (_answers.TryGetValue(key, out TValue? answered))
            {
                return answered;
            }

            if (!_questions.TryGetValue(key, out question))
            {
                question = new Question(time.GetUtcNow() + life, new(() => ask(key)));
                _questions.Add(key, question);
            }
        }

        TValue? answer = null;
        try
        {
            // Begun outside the lock, by whoever comes first.
            answer = await question.Answer.Value;
            return answer;
        }
        finally
        {
            Close(key, question, answer);
        }
    }

    private void Close(TKey key, Question question, TValue? answer)
    {
        lock (_lock)
        {
            if (!ReferenceEquals(_questions.GetValueOrDefault(key), question))
            {
                return;
            }

            _questions.Remove(key);
            if (answer is not null && isKept?.Invoke(answer) != false)
            {
                var options = new MemoryCacheEntryOptions { Size = 1, AbsoluteExpiration = question.Until };
                _answers.Set(key, answer, options);
            }
        }
    }

    /// <param name="Until">Counted from before the question: an answer may be old when it arrives.</param>
    private sealed record Question(DateTimeOffset Until, Lazy<Task<TValue?>> Answer);

    private sealed class Clock(TimeProvider time) : ISystemClock
    {
        public DateTimeOffset UtcNow => time.GetUtcNow();
    }
}
