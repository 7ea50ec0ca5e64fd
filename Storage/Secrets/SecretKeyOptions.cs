namespace Ax2.Secrets;

/// <summary>
/// Key-encryption keys by id. Section <c>Secrets</c> for grain state, which only silos read, and
/// <c>Storage:Disk:Encryption</c> for the files of the disk store, which the API reads too.
/// </summary>
public sealed class SecretKeyOptions
{
    /// <summary>The section of the keys of grain state.</summary>
    public const string Section = "Secrets";

    public const int KeyBytes = 32;

    /// <summary>The id stands in front of everything that the key encrypts: it takes one byte of length.</summary>
    private const int MaxIdLength = 32;

    /// <summary>
    /// The absolute path of a file with 32 random bytes in hexadecimal, by the id of the key: lower-case letters,
    /// digits and <c>-</c>. A key stays here for as long as anything is stored under it. No default.
    /// </summary>
    public Dictionary<string, string> Keys { get; } = new(StringComparer.OrdinalIgnoreCase);

    /// <summary>The id of the key that new writes use. No default; what empty means is the section's affair.</summary>
    public string CurrentKey { get; set; } = "";

    /// <summary>What is wrong with these options, as one sentence for the operator, or null.</summary>
    public string? FindFault(string section)
    {
        if (CurrentKey.Length == 0)
            return $"{section}:CurrentKey is not set, and no key comes by default. Make one with "
                + $"'(umask 077; openssl rand -hex {KeyBytes} > /etc/ax2/key-1)', then set {section}:Keys:key-1 to "
                + $"that path and {section}:CurrentKey to key-1.";
        return FindFaultOfKeys(section);
    }

    /// <summary>As above, where no current key means that nothing new is encrypted.</summary>
    internal string? FindFaultOfKeys(string section)
    {
        if (CurrentKey.Length > 0 && !Keys.ContainsKey(CurrentKey))
            return $"{section}:CurrentKey names '{CurrentKey}', which is not among Keys.";
        return Keys.Select(key => FindFault(section, key.Key, key.Value)).FirstOrDefault(fault => fault is not null);
    }

    private static string? FindFault(string section, string id, string path)
    {
        var name = $"{section}:Keys:{id}";
        if (id.Length > MaxIdLength || !id.All(c => char.IsAsciiLetterOrDigit(c) || c == '-'))
            return $"{name}: an id has at most {MaxIdLength} letters, digits and hyphens.";
        if (!Path.IsPathFullyQualified(path)) return $"{name} must be an absolute path.";
        try
        {
            return ReadKey(path).Length == KeyBytes
                ? null
                : $"{name} must hold {KeyBytes} random bytes; make it with 'openssl rand -hex {KeyBytes}'.";
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or FormatException)
        {
            return $"{name} cannot be read as hexadecimal: {e.Message}";
        }
    }

    internal static byte[] ReadKey(string path) => Convert.FromHexString(File.ReadAllText(path).Trim());
}
