using System.Globalization;
using System.Reflection;
using System.Runtime.InteropServices;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Ax2.Benchmarks;

/// <param name="Goal">What the value should be, for example <c>&gt;= 2.0</c>; null when it is for information.</param>
public sealed record BenchResult(string Metric, double Value, string Unit, string? Goal = null);

/// <summary>What a benchmark found. The metric names are fixed: others compare them over time.</summary>
public sealed record BenchReport(string Bench, [property: JsonPropertyOrder(1)] IReadOnlyList<BenchResult> Results)
{
    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web)
    {
        WriteIndented = true,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    public string Machine { get; } = string.Join(
        ", ",
        $"{Environment.ProcessorCount} x {Processor()}",
        RuntimeInformation.OSDescription,
        RuntimeInformation.FrameworkDescription);

    /// <summary>What was measured: the build writes the commit into the program. Empty outside a checkout.</summary>
    public string Commit { get; } = typeof(BenchReport).Assembly
        .GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion.Split('+') is [_, var commit]
            ? commit
            : "";

    /// <summary>Of the random choices; null when there are none, or they are the same in every run.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public int? Seed { get; init; }

    /// <summary>What a reader must know to judge the figures; null when the metrics say all.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Note { get; init; }

    /// <summary>What missed its goal, one line each; null when a benchmark does not say.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull), JsonPropertyOrder(2)]
    public IReadOnlyList<string>? Details { get; init; }

    /// <summary>The results that are not what their goals say.</summary>
    [JsonIgnore]
    public IReadOnlyList<BenchResult> Missed => [.. Results.Where(result => !IsGoalMet(result))];

    public void Print(TextWriter output)
    {
        var seed = Seed is { } used ? $", seed {used}" : "";
        output.WriteLine($"{Bench} of {Commit} on {Machine}{seed}");
        foreach (var result in Results)
        {
            var value = result.Value.ToString("0.####", CultureInfo.InvariantCulture);
            var missed = IsGoalMet(result) ? "" : " MISSED";
            output.WriteLine($"  {result.Metric,-32} {value,10} {result.Unit,-12} {result.Goal}{missed}");
        }

        foreach (var detail in Details ?? [])
        {
            output.WriteLine($"  {detail}");
        }

        if (Note is not null)
        {
            output.WriteLine($"  note: {Note}");
        }
    }

    public async Task WriteAsync(string file)
    {
        await using var stream = File.Create(file);
        await JsonSerializer.SerializeAsync(stream, this, Json);
    }

    private bool IsGoalMet(BenchResult result)
    {
        if (result.Goal is not { } goal)
        {
            return true;
        }

        var (relation, limit) = goal.Split(' ') is [var sign, var text] ? (sign, Figure(text)) : ("", Figure(goal));
        return relation switch
        {
            "" => result.Value.Equals(limit),
            "<" => result.Value < limit,
            "<=" => result.Value <= limit,
            ">" => result.Value > limit,
            ">=" => result.Value >= limit,
            _ => throw new FormatException($"The goal of {result.Metric} is not to be read: {goal}."),
        };
    }

    /// <summary>A number, or the metric that another is compared with.</summary>
    private double Figure(string text) =>
        double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var number)
            ? number
            : Results.FirstOrDefault(result => result.Metric == text)?.Value
                ?? throw new FormatException($"There is no metric {text} for a goal.");

    private static string Processor()
    {
        const string cpuInfo = "/proc/cpuinfo";
        var model = File.Exists(cpuInfo)
            ? File.ReadLines(cpuInfo).FirstOrDefault(line => line.StartsWith("model name", StringComparison.Ordinal))
            : null;
        return model?.Split(':', 2)[1].Trim() ?? RuntimeInformation.ProcessArchitecture.ToString();
    }
}
