using System.Collections;

namespace Ax2.Local;

/// <summary>The environment that this program was called with.</summary>
internal static class CallerEnvironment
{
    public static IReadOnlyDictionary<string, string> Read() => Environment.GetEnvironmentVariables()
        .Cast<DictionaryEntry>()
        .ToDictionary(entry => (string)entry.Key, entry => (string?)entry.Value ?? "");
}
