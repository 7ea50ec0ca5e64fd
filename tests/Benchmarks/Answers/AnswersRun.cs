using Ax2.Benchmarks.Answers.Routes;
using Ax2.Benchmarks.Cluster;
using Ax2.Benchmarks.Credits.Faults;
using Ax2.Benchmarks.Job;
using Ax2.TestKit.Speech;
using Ax2.TestKit.Users;
using Ax2.Users;

namespace Ax2.Benchmarks.Answers;

/// <summary>The rounds on one stack, and their report.</summary>
internal sealed class AnswersRun(
    BenchStack stack, SlowSpeechServer speech, OidcServer provider, int silos, Random random, string adminEmail)
{
    private const string Note =
        "Jobs run on an engine of the bench that takes its time and no processor; those of restart_under_load_s on the "
        + "embedded one. turned_away: a 503 or 429 of a known code with Retry-After, 507 for a full disk; after the "
        + "recovery it is a wrong code. api_away: nobody listened, or the process ended under the call, where the API "
        + "is what was killed. first_event_after_s: from the end of the fault, when what it took away is back; where "
        + "the rest does without it (a silo, the supervisor, object writes): the longest silence from its begin on.";

    public async Task<BenchReport> RunAsync(
        IReadOnlyList<string> kinds, SampleAudioPair audio, bool withRestart, CancellationToken cancellationToken)
    {
        var rounds = new List<RoundResult>();
        foreach (var kind in kinds)
        {
            var round = await RunRoundAsync(kind, audio, cancellationToken);
            rounds.Add(round);
            await Console.Error.WriteLineAsync(Line(round));
            foreach (var offence in round.Offences())
            {
                await Console.Error.WriteLineAsync($"  {offence}");
            }

            if (round.Recovery is null)
            {
                // The next round begins with a stack that is well.
                await stack.KillSupervisorAsync(cancellationToken);
                await stack.SuperviseAsync(cancellationToken);
            }
        }

        var restart = withRestart ? await MeasureRestartAsync(cancellationToken) : (RestartTimes?)null;
        return Report(rounds, restart);
    }

    private async Task<RoundResult> RunRoundAsync(
        string kind, SampleAudioPair audio, CancellationToken cancellationToken)
    {
        speech.Script = _ => SpeechReply.Words;
        using var ended = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        using var wire = new ApiWire(stack.Layout.ApiOrigin);
        var jobs = new AcceptedJobs(wire);
        using var faults = new StackFaults(stack, new ObjectFolder(stack.Layout.Objects), silos, random);
        var world = await World.MakeAsync(
            wire, new MailOutbox(stack.Layout.Outbox), provider, audio, jobs, adminEmail, ended.Token);
        var calls = await AllRoutes.OfAsync(world, audio);
        await CheckCoverageAsync(wire, calls);
        var round = await new FaultRound(stack, faults, wire, world, calls, random).RunAsync(kind, cancellationToken);
        await ended.CancelAsync();
        // From now on the engine takes no time.
        speech.Script = _ => SpeechReply.WordsAfter(Task.CompletedTask);
        string[] wrong = [.. await world.Uploads.CheckAsync(), .. await jobs.CheckAsync()];
        foreach (var job in world.RunningJobs)
        {
            await wire.SendAsync(job.Owner.Delete($"/uploads/{job.Upload}"));
        }

        var audit = await Postgres.AuditAsync(stack.Layout, cancellationToken);
        return round with { StoredWrong = [.. wrong, .. audit] };
    }

    private static async Task CheckCoverageAsync(ApiWire wire, IReadOnlyList<RouteCall> calls)
    {
        var document = await wire.AskAsync(new HttpRequestMessage(HttpMethod.Get, "/openapi/v1.json"));
        var gaps = RouteCoverage.Check(RouteCoverage.RoutesOf(document.Json), calls.Select(call => call.Route));
        if (gaps.Count > 0)
        {
            throw new FaultRunException($"Not every route has its caller: {string.Join("; ", gaps)}.");
        }
    }

    private async Task<RestartTimes> MeasureRestartAsync(CancellationToken cancellationToken)
    {
        using var wire = new ApiWire(stack.Layout.ApiOrigin);
        var owner = await new Accounts(wire, new MailOutbox(stack.Layout.Outbox)).SignUpAsync();
        return await StackRestart.MeasureAsync(stack, wire, owner, cancellationToken);
    }

    private static string Line(RoundResult round) =>
        $"{round.Kind}: {round.Calls.Count} calls, {round.Count(AnswerFaults.WithoutAnswer)} without an answer, "
        + $"{round.Count(AnswerFaults.Status500)} x 500, {round.Count(AnswerFaults.WrongCode)} wrong codes, "
        + $"{round.Calls.Count(call => call.Judgement.IsTurnedAway)} turned away, first event after "
        + $"{round.FirstEventAfter.TotalSeconds:0.0} s, recovered after {round.Recovery?.TotalSeconds ?? -1:0.0} s";

    private static BenchReport Report(List<RoundResult> rounds, RestartTimes? restart)
    {
        BenchResult[] restarted = restart is null ? [] :
        [
            new("restart_under_load_s", restart.MedianSeconds, "s", "<= 6"),
            new("processors_busy", restart.Busy, "of 1", Processors.IsFull),
        ];
        return new BenchReport(
            "answers",
            [
                new("calls_without_answer_10s", Sum(round => round.Count(AnswerFaults.WithoutAnswer)), "calls", "0"),
                new("answers_500", Sum(round => round.Count(AnswerFaults.Status500)), "calls", "0"),
                new("wrong_codes", Sum(round => round.Count(AnswerFaults.WrongCode)), "calls", "0"),
                new("first_event_after_s", rounds.Max(round => round.FirstEventAfter.TotalSeconds), "s", "<= 10"),
                .. restarted,
                new("stored_wrong", Sum(round => round.StoredWrong.Count), "findings", "0"),
                new("routes_not_called", Sum(round => round.NotCalled.Count), "routes", "0"),
                new("routes_not_recovered", Sum(round => round.NotRecovered.Count), "routes", "0"),
                new("stacks_not_recovered", Sum(round => round.Recovery is null ? 1 : 0), "rounds", "0"),
                new("faults", rounds.Count, ""),
                new("calls", Sum(round => round.Calls.Count), "calls"),
                .. rounds.SelectMany(ResultsOf),
            ])
        {
            Details = [.. rounds.SelectMany(round => round.Offences())],
            Note = Note,
        };

        int Sum(Func<RoundResult, int> count) => rounds.Sum(count);
    }

    private static IEnumerable<BenchResult> ResultsOf(RoundResult round) =>
    [
        new($"{round.Kind}_without_answer", round.Count(AnswerFaults.WithoutAnswer), "calls"),
        new($"{round.Kind}_500", round.Count(AnswerFaults.Status500), "calls"),
        new($"{round.Kind}_wrong_codes", round.Count(AnswerFaults.WrongCode), "calls"),
        new($"{round.Kind}_turned_away", round.Calls.Count(call => call.Judgement.IsTurnedAway), "calls"),
        new($"{round.Kind}_api_away", round.Calls.Count(call => call.Judgement.IsAway), "calls"),
        new($"{round.Kind}_first_event_s", round.FirstEventAfter.TotalSeconds, "s"),
        new($"{round.Kind}_longest_silence_s", round.LongestSilence.TotalSeconds, "s"),
        new($"{round.Kind}_recovery_s", round.Recovery?.TotalSeconds ?? -1, "s"),
    ];
}
