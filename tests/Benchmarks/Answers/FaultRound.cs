using Ax2.Benchmarks.Credits.Faults;
using Ax2.Benchmarks.Job;

namespace Ax2.Benchmarks.Answers;

/// <summary>One fault, with every route called from before it until some time after the stack has recovered.</summary>
internal sealed class FaultRound(
    BenchStack stack, StackFaults faults, ApiWire wire, World world, IReadOnlyList<RouteCall> calls, Random random)
{
    private static readonly TimeSpan WarmUpTimeout = TimeSpan.FromMinutes(3);
    private static readonly TimeSpan AfterRecovery = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan LookEvery = TimeSpan.FromMilliseconds(250);

    public async Task<RoundResult> RunAsync(string kind, CancellationToken cancellationToken)
    {
        using var ended = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        using var http = new HttpClient(new SocketsHttpHandler { UseProxy = false })
        {
            BaseAddress = stack.Layout.ApiOrigin, Timeout = Timeout.InfiniteTimeSpan,
        };
        var watches = world.RunningJobs.Select(job => new JobWatch(http, job, ended.Token)).ToList();
        var deaths = new ApiDeaths(stack, ended.Token);
        var log = new CallLog();
        using var loops = new CallLoops(calls, wire, log, random, cancellationToken);
        await WarmUpAsync(loops, log, watches, cancellationToken);

        var begunAt = TimeProvider.System.GetUtcNow();
        loops.Hurry();
        await faults.InflictAsync(kind, cancellationToken);
        var endedAt = TimeProvider.System.GetUtcNow();
        var recoveredAt = await faults.RecoversAsync(cancellationToken);
        var wellAt = recoveredAt ?? TimeProvider.System.GetUtcNow();
        await Task.Delay(AfterRecovery, TimeProvider.System, cancellationToken);
        var stoppedAt = TimeProvider.System.GetUtcNow();
        await loops.StopAsync();
        await ended.CancelAsync();
        await Task.WhenAll([.. watches.Select(watch => watch.Watching), deaths.Watching]);
        if (watches.Find(watch => watch.IsOver && watch.FirstAfter(endedAt) is null) is not null)
        {
            throw new FaultRunException($"A watched job was over before {kind} was: it must be longer.");
        }

        var silence = watches.Max(watch => watch.LongestSilence(begunAt, stoppedAt));
        return new RoundResult(
            kind, [.. log.Since(begunAt).Select(record => Judge(kind, record, recoveredAt, deaths))],
            FirstEventAfter: StackFaults.IsSurvivable(kind)
                ? silence
                : watches.Max(watch => watch.FirstAfter(endedAt) ?? stoppedAt - endedAt),
            LongestSilence: silence,
            Recovery: recoveredAt - endedAt,
            NotCalled: log.NotCalled(Routes, begunAt, wellAt),
            NotRecovered: log.WithoutRightAnswer(
                Routes, wellAt, new Circumstances(HasBegun: true, IsRecovered: true)));
    }

    private static JudgedCall Judge(string kind, CallRecord record, DateTimeOffset? recoveredAt, ApiDeaths deaths)
    {
        var isRecovered = record.Exchange.SentAt >= recoveredAt;
        var judged = record.Judge(new Circumstances(
            HasBegun: true, IsRecovered: isRecovered, ApiIsKilled: StackFaults.KillsApi(kind),
            ApiDied: deaths.HitCall(record.Exchange), IsDiskFull: kind == StackFaults.DiskFull));
        return new JudgedCall(record, isRecovered, judged);
    }

    private IEnumerable<string> Routes => calls.Select(call => call.Route);

    /// <summary>Until each route gave its right answer once. A wrong one now is no fault of the fault.</summary>
    private async Task WarmUpAsync(
        CallLoops loops, CallLog log, List<JobWatch> watches, CancellationToken cancellationToken)
    {
        var begun = TimeProvider.System.GetTimestamp();
        while (true)
        {
            if (loops.Fault is { } fault)
            {
                throw new FaultRunException($"Undisturbed, no request can be made: {fault}");
            }

            var missing = log.WithoutRightAnswer(Routes, DateTimeOffset.MinValue, new Circumstances());
            var bad = log.Bad();
            if (missing.All(route => bad.Any(record => record.Call.Route == route))
                && watches.TrueForAll(watch => watch.Count > 1))
            {
                ThrowIfAny(bad);
                return;
            }

            if (TimeProvider.System.GetElapsedTime(begun) > WarmUpTimeout)
            {
                throw new FaultRunException(
                    $"Undisturbed, there is no answer of {string.Join(", ", missing)}, and the watched jobs are "
                    + $"{string.Join(", ", watches.Select(watch => watch.Stage))}.");
            }

            await Task.Delay(LookEvery, TimeProvider.System, cancellationToken);
        }
    }

    private static void ThrowIfAny(IReadOnlyList<CallRecord> bad)
    {
        if (bad.Count > 0)
        {
            throw new FaultRunException("Undisturbed: " + string.Join(Environment.NewLine, bad.Select(record =>
                $"{record.Call.Route} gives {record.What} after {record.Exchange.Took.TotalSeconds:0.0} s: "
                + record.Exchange.Answer?.Text)));
        }
    }
}

/// <param name="IsRecovered">It was sent when all was well again.</param>
internal sealed record JudgedCall(CallRecord Record, bool IsRecovered, Judgement Judgement)
{
    public string What => IsRecovered ? $"{Record.What}, after the recovery" : Record.What;
}

/// <param name="FirstEventAfter">
/// Of the watcher that waited longest: from the fault's end to the next event, or the longest silence when the rest can
/// do without what is broken.
/// </param>
/// <param name="LongestSilence">Between two events of a watched job, from the fault's begin to the end.</param>
/// <param name="Recovery">From the fault's end until every part was ready; null when one never was.</param>
/// <param name="NotCalled">Routes without a call between the fault's begin and the recovery.</param>
/// <param name="NotRecovered">Routes without a right and final answer after the recovery.</param>
internal sealed record RoundResult(
    string Kind, IReadOnlyList<JudgedCall> Calls, TimeSpan FirstEventAfter, TimeSpan LongestSilence,
    TimeSpan? Recovery, IReadOnlyList<string> NotCalled, IReadOnlyList<string> NotRecovered)
{
    /// <summary>What is stored and should not be, or the other way round: jobs, captions, credits.</summary>
    public IReadOnlyList<string> StoredWrong { get; init; } = [];

    public int Count(AnswerFaults fault) => Calls.Count(call => call.Judgement.Faults.HasFlag(fault));

    /// <summary>A line for each kind of offence of each route, and for whatever else is wrong.</summary>
    public IEnumerable<string> Offences() =>
    [
        .. Calls.Where(call => call.Judgement.Faults != AnswerFaults.None)
            .GroupBy(call => (call.Judgement.Faults, call.Record.Call.Route, call.What))
            .OrderBy(group => group.Key.Faults).ThenBy(group => group.Key.Route, StringComparer.Ordinal)
            .Select(group => $"{Kind}: {group.Key.Faults}: {group.Key.Route}: {group.Count()} x {group.Key.What}, "
                + $"up to {group.Max(call => call.Record.Exchange.Took.TotalSeconds):0.0} s"
                + Shown(group.First().Record.Exchange.Answer?.Text)),
        .. NotCalled.Select(route => $"{Kind}: not called: {route}"),
        .. NotRecovered.Select(route => $"{Kind}: no right answer after the recovery: {route}"),
        .. StoredWrong.Select(finding => $"{Kind}: {finding}"),
    ];

    private static string Shown(string? body) => string.IsNullOrEmpty(body) ? "" : $": {body.ReplaceLineEndings(" ")}";
}
