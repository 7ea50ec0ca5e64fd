using System.Globalization;
using Ax2.Benchmarks;
using Ax2.Benchmarks.Answers;
using Ax2.Benchmarks.Cluster;
using Ax2.Benchmarks.Credits;
using Ax2.Benchmarks.Credits.Faults;
using Ax2.Benchmarks.FrontDoor;
using Ax2.Benchmarks.History;
using Ax2.Benchmarks.Job;
using Ax2.Benchmarks.Jobs;
using Ax2.Benchmarks.Jobs.Faults;
using Ax2.Benchmarks.Speech;
using Ax2.Local;
using Ax2.Local.Client;

// Ax2.Benchmarks NAME [--quick] [--json FILE] [--rounds N] [--seed S] [--fault KIND] [--minutes N] [--setting NAME]
if (args is [CreditApi.Command])
{
    await CreditApi.RunAsync();
    return ExitCodes.Ok;
}

var isQuick = args.Contains("--quick");
string[] rest = [.. args.Where(argument => argument != "--quick")];
var benchmarks = new Dictionary<string, Func<CancellationToken, Task<BenchReport>>>
{
    ["answers"] = cancellation =>
        AnswersBenchmark.RunAsync(isQuick, Number("--seed", 1), Option("--fault"), cancellation),
    ["credits"] = _ => CreditsBenchmark.RunAsync(isQuick),
    ["credit-faults"] = _ => CreditFaults.RunAsync(Number("--rounds", 200), Number("--seed", 1)),
    ["fair"] = cancellation => FairBenchmark.RunAsync(isQuick, cancellation),
    ["front-door"] = cancellation => FrontDoorBenchmark.RunAsync(isQuick, cancellation),
    ["history"] = cancellation => HistoryBenchmark.RunAsync(isQuick, cancellation),
    ["job"] = cancellation => JobBenchmark.RunAsync(isQuick, cancellation),
    ["job-faults"] = cancellation =>
        JobFaults.RunAsync(Number("--rounds", 100), Number("--seed", 1), cancellation, Option("--fault")),
    ["membership"] = cancellation => MembershipBenchmark.RunAsync(
        isQuick, Option("--minutes") is null ? null : Number("--minutes", 0), Option("--setting"), cancellation),
    ["overhead"] = OverheadBenchmark.RunAsync,
    ["pickup"] = cancellation => PickupBenchmark.RunAsync(Number("--rounds", 20), Number("--seed", 1), cancellation),
    ["restart"] = cancellation => RestartUnderLoad.RunAsync(isQuick, cancellation),
    ["scale"] = cancellation => ScaleBenchmark.RunAsync(isQuick, cancellation),
    ["speech"] = cancellation => SpeechBenchmark.RunAsync(isQuick, cancellation),
};

string[] seeded = ["answers", "credit-faults", "job-faults", "pickup"];
string[] options = ["--json", "--rounds", "--seed", "--fault", "--minutes", "--setting"];
var isPaired = rest.Length % 2 == 1 && rest.Skip(1).Where((_, i) => i % 2 == 0).All(options.Contains);
if (!isPaired || !benchmarks.TryGetValue(rest[0], out var run))
{
    var names = string.Join(", ", benchmarks.Keys);
    Console.Error.WriteLine($"usage: NAME [--quick] [--json FILE], where NAME is one of: {names}");
    Console.Error.WriteLine("       credit-faults, job-faults, pickup: [--rounds N] [--seed S]; answers: [--seed S]");
    Console.Error.WriteLine("       answers, job-faults: [--fault KIND], else each of its faults");
    Console.Error.WriteLine("       membership: [--minutes N] [--setting NAME], else each of its settings");
    return 2;
}

using var interrupt = new Interrupt();
try
{
    if (rest[0] == "answers" && OwnNamespace.IsPossible)
    {
        return await OwnNamespace.RunAsync(args, interrupt.Token);
    }

    var report = await run(interrupt.Token);
    report = report with { Seed = seeded.Contains(rest[0]) ? Number("--seed", 1) : null };
    report.Print(Console.Out);
    if (Option("--json") is { } file)
    {
        await report.WriteAsync(file);
    }

    return report.Missed.Count == 0 ? ExitCodes.Ok : ExitCodes.Failed;
}
catch (OperationCanceledException) when (interrupt.Token.IsCancellationRequested)
{
    return ExitCodes.Interrupted;
}
catch (Exception failure) when (failure
    is SetupException or ApiException or FaultRunException or PreparationException)
{
    Console.Error.WriteLine(failure.Message);
    return ExitCodes.Failed;
}

string? Option(string name) => Array.IndexOf(rest, name) is var index and > 0 ? rest[index + 1] : null;

int Number(string name, int otherwise) =>
    Option(name) is { } text ? int.Parse(text, CultureInfo.InvariantCulture) : otherwise;
