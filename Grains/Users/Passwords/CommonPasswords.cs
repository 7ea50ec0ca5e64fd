using System.Collections.Frozen;

namespace Ax2.Users.Passwords;

/// <summary>
/// The list of common and breached passwords that comes with the program: <c>common-passwords.txt</c>, which names its
/// source and licence.
/// </summary>
internal static class CommonPasswords
{
    private const string Resource = "common-passwords.txt";

    private static readonly Lazy<FrozenSet<string>> All = new(Read);

    internal static int Count => All.Value.Count;

    /// <summary>In whatever case: to write one large is no secret.</summary>
    internal static bool Contains(string password) => All.Value.Contains(password);

    private static FrozenSet<string> Read()
    {
        using var stream = typeof(CommonPasswords).Assembly.GetManifestResourceStream(Resource)
            ?? throw new InvalidOperationException("The list of common passwords is missing.");
        using var reader = new StreamReader(stream);
        return Lines(reader).Where(line => line[0] != '#').ToFrozenSet(StringComparer.OrdinalIgnoreCase);
    }

    private static IEnumerable<string> Lines(StreamReader reader)
    {
        while (reader.ReadLine() is { } line)
        {
            yield return line;
        }
    }
}
