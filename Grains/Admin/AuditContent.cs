using System.Text.Json;

namespace Ax2.Admin;

/// <summary>The JSON of a record whose act has no content.</summary>
internal static class AuditContent
{
    internal const string Nothing = "{}";

    /// <summary>Of a read: what it showed is not stored again.</summary>
    internal static string Read(object _) => Nothing;

    internal static string Of(string name, object value) =>
        JsonSerializer.Serialize(new Dictionary<string, object> { [name] = value });

    internal static string Of(object value) => JsonSerializer.Serialize(value);
}
