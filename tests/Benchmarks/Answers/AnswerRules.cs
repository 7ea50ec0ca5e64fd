namespace Ax2.Benchmarks.Answers;

/// <summary>What may come of a route's requests.</summary>
/// <param name="Right">While nothing is wrong: <c>200</c>, or with the code <c>401 mfa_required</c>.</param>
/// <param name="WhenRepeated">Right as well for a request whose first try may have been carried out.</param>
/// <param name="WhenForgotten">Right as well once a silo may have lost what it had in memory.</param>
internal sealed record Expected(
    IReadOnlyList<string> Right, IReadOnlyList<string> WhenRepeated, IReadOnlyList<string> WhenForgotten);

/// <summary>What surrounded a request.</summary>
/// <param name="IsRepeated">An earlier try with the same content had no answer, or 5xx.</param>
/// <param name="ApiDied">The API's process ended while the request was under way.</param>
/// <param name="IsDiskFull">The fault is a full disk: then 507 is a right answer.</param>
internal sealed record Circumstances(bool IsRepeated = false, bool ApiDied = false, bool IsDiskFull = false);

[Flags]
internal enum AnswerFaults
{
    None = 0,
    WithoutAnswer = 1,
    Status500 = 2,
    WrongCode = 4,
}

/// <param name="IsRight">It was answered as if nothing were wrong.</param>
/// <param name="IsAway">There was no API process to answer it.</param>
internal sealed record Judgement(AnswerFaults Faults, bool IsRight = false, bool IsAway = false)
{
    /// <summary>It was turned away as it should be: come again later.</summary>
    public bool IsTurnedAway => Faults == AnswerFaults.None && !IsRight && !IsAway;
}

/// <summary>The one place that says which answers are right under an outage. Pure.</summary>
internal static class AnswerRules
{
    /// <summary>A client that waited so long has been left without an answer.</summary>
    public static readonly TimeSpan Limit = TimeSpan.FromSeconds(10);

    public static Judgement Judge(Exchange exchange, Expected expected, Circumstances circumstances)
    {
        switch (exchange.Failure)
        {
            case Failure.Refused:
            case Failure.CutOff when circumstances.ApiDied && exchange.Took <= Limit:
                return new Judgement(AnswerFaults.None, IsAway: true);
            case Failure.CutOff or Failure.Silent:
                return new Judgement(AnswerFaults.WithoutAnswer);
        }

        var answer = exchange.Answer!;
        var late = exchange.Took > Limit ? AnswerFaults.WithoutAnswer : AnswerFaults.None;
        if (IsRight(answer, expected, circumstances))
        {
            return new Judgement(late, IsRight: true);
        }

        return answer.Status == 500
            ? new Judgement(late | AnswerFaults.Status500)
            : new Judgement(late | (TurnsAway(answer, circumstances) ? AnswerFaults.None : AnswerFaults.WrongCode));
    }

    private static bool IsRight(Answer answer, Expected expected, Circumstances circumstances) =>
        expected.Right.Any(answer.Is)
        || expected.WhenForgotten.Any(answer.Is)
        || (circumstances.IsRepeated && expected.WhenRepeated.Any(answer.Is));

    private static bool TurnsAway(Answer answer, Circumstances circumstances) => answer.Code is not null
        && (answer is { Status: 503 or 429, HasRetryAfter: true }
            || (answer.Status == 507 && circumstances.IsDiskFull));
}
