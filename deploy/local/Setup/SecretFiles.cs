using System.Security.Cryptography;
using System.Text;

namespace Ax2.Local;

/// <summary>Random secrets, made once and readable by their owner only.</summary>
internal static class SecretFiles
{
    private const int Bytes = 32;

    /// <summary>True when something was made.</summary>
    public static bool Ensure(LocalLayout layout)
    {
        var made = false;
        foreach (var file in (string[])[layout.SigningKeyFile, layout.StateKeyFile, layout.OperatorPasswordFile])
            made |= Ensure(file);
        return made;
    }

    public static string Random() => Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(Bytes));

    private static bool Ensure(string path)
    {
        if (File.Exists(path))
            return false;
        AtomicFile.WriteSecret(path, Encoding.ASCII.GetBytes(Random()));
        return true;
    }
}
