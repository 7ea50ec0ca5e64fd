using Ax2.Benchmarks;
using Ax2.Benchmarks.Job;
using Ax2.Benchmarks.Speech;
using Ax2.Local;
using Ax2.Local.Client;

// Ax2.Benchmarks NAME [--quick] [--json FILE]
var benchmarks = new Dictionary<string, Func<bool, CancellationToken, Task<BenchReport>>>
{
    ["job"] = JobBenchmark.RunAsync,
    ["speech"] = SpeechBenchmark.RunAsync,
};

var isQuick = args.Contains("--quick");
string[] rest = [.. args.Where(argument => argument != "--quick")];
var file = rest is [_, "--json", var path] ? path : null;
if (rest.Length != (file is null ? 1 : 3) || !benchmarks.TryGetValue(rest[0], out var run))
{
    var names = string.Join(", ", benchmarks.Keys);
    Console.Error.WriteLine($"usage: NAME [--quick] [--json FILE], where NAME is one of: {names}");
    return 2;
}
using var interrupt = new Interrupt();
try
{
    var report = await run(isQuick, interrupt.Token);
    report.Print(Console.Out);
    if (file is not null)
    {
        await report.WriteAsync(file);
    }
    return ExitCodes.Ok;
}
catch (OperationCanceledException) when (interrupt.Token.IsCancellationRequested)
{
    return ExitCodes.Interrupted;
}
catch (Exception failure) when (failure is SetupException or ApiException)
{
    Console.Error.WriteLine(failure.Message);
    return ExitCodes.Failed;
}
