using System.Collections.Immutable;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace Ax2.Matrix;

/// <summary>The routes of the OpenAPI document, and requests that fit them.</summary>
internal sealed partial class ServedDocument
{
    private const int MaxDepth = 4;
    private readonly JsonElement _schemas;

    internal ServedDocument(JsonElement document)
    {
        _schemas = document.GetProperty("components").GetProperty("schemas");
        Routes =
        [
            .. from path in document.GetProperty("paths").EnumerateObject()
               from operation in path.Value.EnumerateObject()
               where operation.Value.ValueKind == JsonValueKind.Object
               select new Route(operation.Name.ToUpperInvariant(), path.Name, operation.Value),
        ];
    }

    internal ImmutableArray<Route> Routes { get; }

    /// <summary>A body with every field of the route's, or null when it takes none.</summary>
    internal JsonObject? Body(Route route) => route.Operation.TryGetProperty("requestBody", out var body)
        ? Sample(body.GetProperty("content").GetProperty("application/json").GetProperty("schema"), 0)?.AsObject()
        : null;

    /// <summary>The names of the fields of text in a body, at its top.</summary>
    internal static IEnumerable<string> TextFields(JsonObject body) =>
        body.Where(field => field.Value?.GetValueKind() == JsonValueKind.String).Select(field => field.Key);

    private JsonNode? Sample(JsonElement schema, int depth)
    {
        if (schema.TryGetProperty("$ref", out var reference))
        {
            return Sample(_schemas.GetProperty(reference.GetString()!.Split('/')[^1]), depth);
        }

        if (schema.TryGetProperty("oneOf", out var choices))
        {
            return Sample(choices.EnumerateArray().Last(), depth);
        }

        if (schema.TryGetProperty("enum", out var values))
        {
            return JsonNode.Parse(values[0].GetRawText());
        }

        return TypeOf(schema) switch
        {
            "object" when depth < MaxDepth && schema.TryGetProperty("properties", out var properties) => new JsonObject(
                properties.EnumerateObject().Select(p => KeyValuePair.Create(p.Name, Sample(p.Value, depth + 1)))),
            "object" => new JsonObject(),
            "array" => depth < MaxDepth ? new JsonArray(Sample(schema.GetProperty("items"), depth + 1)) : [],
            "integer" or "number" => 1,
            "boolean" => false,
            "string" => Text(schema),
            _ => null,
        };
    }

    private static JsonNode Text(JsonElement schema) =>
        schema.TryGetProperty("format", out var format) ? format.GetString() switch
        {
            "uuid" => Guid.CreateVersion7(),
            "date-time" => "2026-01-01T00:00:00Z",
            _ => "x",
        }
        : "x";

    private static string? TypeOf(JsonElement schema)
    {
        if (!schema.TryGetProperty("type", out var type))
        {
            return schema.TryGetProperty("properties", out _) ? "object" : null;
        }

        return type.ValueKind == JsonValueKind.String
            ? type.GetString()
            : type.EnumerateArray().Select(one => one.GetString()).FirstOrDefault(one => one != "null");
    }

    internal sealed partial record Route(string Method, string Path, JsonElement Operation)
    {
        internal string Name => $"{Method} {Path}";

        internal bool TakesBody => Method is "POST" or "PUT" or "PATCH";

        internal IEnumerable<string> PathFields => Parameter().Matches(Path).Select(match => match.Groups[1].Value);

        internal IEnumerable<string> QueryFields => Operation.TryGetProperty("parameters", out var parameters)
            ? parameters.EnumerateArray().Where(one => one.GetProperty("in").GetString() == "query")
                .Select(one => one.GetProperty("name").GetString()!)
            : [];

        /// <summary>The path with made-up ids, but for those that are given.</summary>
        internal string Address(Guid workspace, string? field = null, string? value = null) =>
            Parameter().Replace(Path, match => match.Groups[1].Value switch
            {
                var name when name == field => Uri.EscapeDataString(value!),
                "workspaceId" => workspace.ToString(),
                "id" or "userId" => Guid.CreateVersion7().ToString(),
                _ => "x",
            });

        [GeneratedRegex(@"\{(\w+)\}")]
        private static partial Regex Parameter();
    }
}
