using Ax2.Secrets;

namespace Ax2.Media;

/// <summary>
/// Section <c>Storage:Disk</c>. The silo signs links and joins parts, the API takes and serves the bytes: both must be
/// given the same folder and the same key.
/// </summary>
public sealed class DiskStoreOptions
{
    public const string Section = "Storage:Disk";

    /// <summary>The shortest signing key, as long as the hash that it keys.</summary>
    public const int MinKeyBytes = 32;

    /// <summary>Absolute path of the folder that holds every object. No default.</summary>
    public string Folder { get; set; } = "";

    /// <summary>Absolute path of a file with at least 32 random bytes in hexadecimal. No default.</summary>
    public string SigningKeyFile { get; set; } = "";

    /// <summary>
    /// Keys that encrypt the files, the same for silo and API. Without a current key, new files are stored as they
    /// are, and encrypted ones are still read. Default none.
    /// </summary>
    public SecretKeyOptions Encryption { get; } = new();

    /// <summary>What is wrong with these options, as one sentence for the operator, or null.</summary>
    public string? FindFault()
    {
        if (!Path.IsPathFullyQualified(Folder)) return $"{Section}:Folder must be an absolute path.";
        if (!Path.IsPathFullyQualified(SigningKeyFile)) return $"{Section}:SigningKeyFile must be an absolute path.";
        if (Encryption.FindFaultOfKeys($"{Section}:Encryption") is { } fault) return fault;
        try
        {
            return ReadSigningKey().Length >= MinKeyBytes
                ? null
                : $"{Section}:SigningKeyFile must hold at least {MinKeyBytes} random bytes; make it with "
                    + $"'openssl rand -hex {MinKeyBytes}'.";
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or FormatException)
        {
            return $"{Section}:SigningKeyFile cannot be read as hexadecimal: {e.Message}";
        }
    }

    public byte[] ReadSigningKey() => Convert.FromHexString(File.ReadAllText(SigningKeyFile).Trim());
}
