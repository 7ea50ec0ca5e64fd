using System.Collections.Concurrent;

namespace Ax2.Benchmarks.Answers;

/// <param name="Fault">What is wrong with the content of a right answer; null when nothing is.</param>
internal sealed record CallRecord(RouteCall Call, Exchange Exchange, bool IsRepeated, string? Fault)
{
    /// <summary>While nothing is wrong.</summary>
    public Judgement Judge() => Judge(new Circumstances());

    /// <param name="around">Whether it is a repeat is known here.</param>
    public Judgement Judge(Circumstances around)
    {
        var judged = AnswerRules.Judge(Exchange, Call.Expected, around with { IsRepeated = IsRepeated });
        return Fault is null
            ? judged
            : judged with { Faults = judged.Faults | AnswerFaults.WrongCode, IsRight = false };
    }

    /// <summary>It has to be asked for again, though nothing is wrong.</summary>
    public bool IsUnderWay => Exchange.Answer is { } answer && Call.IsUnderWay(answer);

    public string What => Exchange.Answer is { } answer
        ? $"{answer}{(Fault is null ? "" : $", {Fault}")}"
        : Exchange.Failure == Failure.Silent ? "nothing"
        : Exchange.Failure == Failure.Refused ? "refused" : "cut off";
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
    public IReadOnlyList<CallRecord> Bad() => [.. _records.Where(record => !record.Judge().IsRight)];

    /// <summary>Those of the routes that had no call under way between the two times.</summary>
    public IReadOnlyList<string> NotCalled(IEnumerable<string> routes, DateTimeOffset from, DateTimeOffset until) =>
        Except(routes, _records.Where(record => record.Exchange.EndedAt >= from && record.Exchange.SentAt <= until));

    /// <summary>Those of the routes that gave no right and final answer to a call sent since then.</summary>
    public IReadOnlyList<string> WithoutRightAnswer(
        IEnumerable<string> routes, DateTimeOffset time, Circumstances around) => Except(
            routes,
            _records.Where(record =>
                record.Exchange.SentAt >= time && record.Judge(around).IsRight && !record.IsUnderWay));

    private static IReadOnlyList<string> Except(IEnumerable<string> routes, IEnumerable<CallRecord> records) =>
        [.. routes.Except(records.Select(record => record.Call.Route), StringComparer.Ordinal)];
}
