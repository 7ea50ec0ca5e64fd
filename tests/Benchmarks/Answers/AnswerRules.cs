namespace Ax2.Benchmarks.Answers;

/// <summary>What may come of a route's requests.</summary>
/// <param name="Right">While nothing is wrong: <c>200</c>, or with the code <c>401 mfa_required</c>.</param>
/// <param name="WhenRepeated">Right as well for a request whose first try may have been carried out.</param>
/// <param name="WhenForgotten">Right as well once a silo may have lost what it had in memory.</param>
/// <param name="WhileBroken">Right as well from the fault's begin to the recovery.</param>
internal sealed record Expected(
    IReadOnlyList<string> Right, IReadOnlyList<string> WhenRepeated, IReadOnlyList<string> WhenForgotten,
    IReadOnlyList<string> WhileBroken);

/// <summary>What surrounded a request. Default: nothing is wrong yet.</summary>
/// <param name="IsRepeated">An earlier try with the same content had no answer, or 5xx.</param>
/// <param name="HasBegun">The fault began before the answer came.</param>
/// <param name="IsRecovered">Every part of the stack was ready again before the request was sent.</param>
/// <param name="ApiIsKilled">The fault is that the API's process is killed.</param>
/// <param name="ApiDied">The API's process ended while the request was under way.</param>
/// <param name="IsDiskFull">The fault is a full disk: then 507 is a right answer.</param>
internal sealed record Circumstances(
    bool IsRepeated = false, bool HasBegun = false, bool IsRecovered = false, bool ApiIsKilled = false,
    bool ApiDied = false, bool IsDiskFull = false);

[Flags]
internal enum AnswerFaults
{
    None = 0,
    WithoutAnswer = 1,
    Status500 = 2,
    WrongCode = 4,
}

/// <param name="IsRight">It was answered as if nothing were wrong.</param>
/// <param name="IsAway">The process that would answer it had been killed.</param>
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

    private const string StorageFull = "507 storage_full";

    /// <summary>The answers that turn a request away for a while. Each needs Retry-After.</summary>
    private static readonly IReadOnlyList<string> TurningAway =
    [
        "503 service_unavailable", "503 storage_unavailable", "503 service_busy", "429 rate_limited",
    ];

    public static Judgement Judge(Exchange exchange, Expected expected, Circumstances circumstances)
    {
        if (exchange.Answer is not { } answer)
        {
            return IsAway(exchange, circumstances)
                ? new Judgement(AnswerFaults.None, IsAway: true)
                : new Judgement(AnswerFaults.WithoutAnswer);
        }

        var late = exchange.Took > Limit ? AnswerFaults.WithoutAnswer : AnswerFaults.None;
        if (IsRight(answer, expected, circumstances))
        {
            return new Judgement(late, IsRight: true);
        }

        return answer.Status == 500
            ? new Judgement(late | AnswerFaults.Status500)
            : new Judgement(late | (TurnsAway(answer, circumstances) ? AnswerFaults.None : AnswerFaults.WrongCode));
    }

    /// <summary>Only a process that was killed on purpose may leave a call alone, until it is back.</summary>
    private static bool IsAway(Exchange exchange, Circumstances circumstances) =>
        circumstances is { ApiIsKilled: true, IsRecovered: false }
        && exchange.Failure switch
        {
            Failure.Refused => true,
            Failure.CutOff => circumstances.ApiDied && exchange.Took <= Limit,
            _ => false,
        };

    private static bool IsRight(Answer answer, Expected expected, Circumstances circumstances) =>
        expected.Right.Any(answer.Is)
        || (circumstances.HasBegun && expected.WhenForgotten.Any(answer.Is))
        || (circumstances is { HasBegun: true, IsRecovered: false } && expected.WhileBroken.Any(answer.Is))
        || (circumstances.IsRepeated && expected.WhenRepeated.Any(answer.Is));

    /// <summary>Once all is ready again there is nothing to be turned away for.</summary>
    private static bool TurnsAway(Answer answer, Circumstances circumstances) =>
        answer.HasRetryAfter && !circumstances.IsRecovered
        && (TurningAway.Any(answer.Is) || (circumstances.IsDiskFull && answer.Is(StorageFull)));
}
