using System.Globalization;
using Ax2.Benchmarks;
using Ax2.Benchmarks.Credits;
using Ax2.Benchmarks.Credits.Faults;
using Ax2.Benchmarks.Speech;

// Ax2.Benchmarks NAME [--json FILE] [--rounds N] [--seed S]
var benchmarks = new Dictionary<string, Func<Task<BenchReport>>>
{
    ["credits"] = CreditsBenchmark.RunAsync,
    ["credit-faults"] = () => CreditFaults.RunAsync(Number("--rounds", 200), Number("--seed", 1)),
    ["speech"] = SpeechBenchmark.RunAsync,
};

if (args is [CreditSilo.Command])
{
    await CreditSilo.RunAsync();
    return 0;
}

string[] options = ["--json", "--rounds", "--seed"];
var isPaired = args.Length % 2 == 1 && args.Skip(1).Where((_, i) => i % 2 == 0).All(options.Contains);
if (!isPaired || !benchmarks.TryGetValue(args[0], out var run))
{
    Console.Error.WriteLine($"usage: NAME [--json FILE], where NAME is one of: {string.Join(", ", benchmarks.Keys)}");
    Console.Error.WriteLine("       credit-faults [--rounds N] [--seed S]");
    return 2;
}
var report = await run();
report.Print(Console.Out);
if (Option("--json") is { } file)
{
    await report.WriteAsync(file);
}
return 0;

string? Option(string name) => Array.IndexOf(args, name) is var index and > 0 ? args[index + 1] : null;

int Number(string name, int otherwise) =>
    Option(name) is { } text ? int.Parse(text, CultureInfo.InvariantCulture) : otherwise;
