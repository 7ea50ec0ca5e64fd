using System.Text.Json;

namespace Ax2.Admin;

/// <summary>The JSON of a record where the act has none of its own.</summary>
internal static class AuditContent
{
    internal const string Nothing = "{}";

    /// <summary>Of what was only looked at: what it showed is not kept a second time.</summary>
    internal static string Read(object _) => Nothing;

    internal static string Of(string name, object value) =>
        JsonSerializer.Serialize(new Dictionary<string, object> { [name] = value });

    internal static string Of(object value) => JsonSerializer.Serialize(value);
}
