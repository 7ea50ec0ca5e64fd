using System.Collections.Concurrent;

namespace Ax2.Benchmarks.Answers;

/// <param name="Fault">What is wrong with the content of a right answer; null when nothing is.</param>
internal sealed record CallRecord(RouteCall Call, Exchange Exchange, bool IsRepeated, string? Fault)
{
    public Judgement Judge(bool isDiskFull, bool apiDied)
    {
        var circumstances = new Circumstances(IsRepeated, apiDied, isDiskFull);
        var judged = AnswerRules.Judge(Exchange, Call.Expected, circumstances);
        return Fault is null
            ? judged
            : judged with { Faults = judged.Faults | AnswerFaults.WrongCode, IsRight = false };
    }

    public string What => Exchange.Answer is { } answer
        ? $"{answer}{(Fault is null ? "" : $", {Fault}")}"
        : Exchange.Failure == Failure.Silent ? "nothing" : "cut off";
}

/// <summary>Every call of a round.</summary>
internal sealed class CallLog
{
    private readonly ConcurrentQueue<CallRecord> _records = new();

    public void Add(CallRecord record) => _records.Enqueue(record);

    /// <summary>Those that were not over by then.</summary>
    public IReadOnlyList<CallRecord> Since(DateTimeOffset time) =>
        [.. _records.Where(record => record.Exchange.EndedAt >= time)];

    /// <summary>What was answered wrong while nothing was: the caller is, or the service has another fault.</summary>
    public IReadOnlyList<CallRecord> Bad() =>
        [.. _records.Where(record => !record.Judge(isDiskFull: false, apiDied: false).IsRight)];

    /// <summary>Those of the routes that had no right answer since then.</summary>
    public IReadOnlyList<string> WithoutRightAnswer(IEnumerable<string> routes, DateTimeOffset time)
    {
        var answered = _records
            .Where(record => record.Exchange.SentAt >= time && record.Judge(isDiskFull: false, apiDied: false).IsRight)
            .Select(record => record.Call.Route).ToHashSet(StringComparer.Ordinal);
        return [.. routes.Where(route => !answered.Contains(route))];
    }
}
