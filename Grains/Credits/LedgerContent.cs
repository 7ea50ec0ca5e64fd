using System.Text.Json;
using System.Text.Json.Serialization;

namespace Ax2.Credits;

/// <summary>
/// Commands and answers as JSON: equal text means equal content. Fields at their default are left out, so that a field
/// that is added later does not make an old command look new.
/// </summary>
public static class LedgerContent
{
    public static string Of(ICreditCommand command)
    {
        ArgumentNullException.ThrowIfNull(command);
        return JsonSerializer.Serialize(command, LedgerJson.Default.ICreditCommand);
    }

    public static string OfAnswer(CreditAnswer answer) =>
        JsonSerializer.Serialize(answer, LedgerJson.Default.CreditAnswer);

    public static CreditAnswer ReadAnswer(string json) =>
        JsonSerializer.Deserialize(json, LedgerJson.Default.CreditAnswer)
        ?? throw new InvalidDataException("A stored answer is empty.");

    /// <summary>The first field whose value is another one; <c>command</c> when it is another command.</summary>
    public static string Difference(string stored, string repeated)
    {
        using var one = JsonDocument.Parse(stored);
        using var other = JsonDocument.Parse(repeated);
        var left = Fields(one);
        var right = Fields(other);
        return left.Keys.Concat(right.Keys).FirstOrDefault(name =>
            left.GetValueOrDefault(name) != right.GetValueOrDefault(name)) ?? "command";
    }

    private static Dictionary<string, string> Fields(JsonDocument content) =>
        content.RootElement.EnumerateObject().ToDictionary(field => field.Name, field => field.Value.GetRawText());
}

[JsonSerializable(typeof(ICreditCommand))]
[JsonSerializable(typeof(CreditAnswer))]
[JsonSourceGenerationOptions(
    JsonSerializerDefaults.Web,
    UseStringEnumConverter = true,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingDefault)]
internal sealed partial class LedgerJson : JsonSerializerContext;
