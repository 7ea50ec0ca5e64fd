using Ax2.Benchmarks;
using Ax2.Benchmarks.Credits;
using Ax2.Benchmarks.Speech;

// Ax2.Benchmarks NAME [--json FILE]
var benchmarks = new Dictionary<string, Func<Task<BenchReport>>>
{
    ["credits"] = CreditsBenchmark.RunAsync,
    ["speech"] = SpeechBenchmark.RunAsync,
};

var file = args is [_, "--json", var path] ? path : null;
if (args.Length != (file is null ? 1 : 3) || !benchmarks.TryGetValue(args[0], out var run))
{
    Console.Error.WriteLine($"usage: NAME [--json FILE], where NAME is one of: {string.Join(", ", benchmarks.Keys)}");
    return 2;
}
var report = await run();
report.Print(Console.Out);
if (file is not null)
{
    await report.WriteAsync(file);
}
return 0;
