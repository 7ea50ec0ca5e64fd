using System.Collections.Immutable;
using System.Security.Cryptography;
using System.Text;

namespace Ax2.Users;

/// <summary>
/// Codes for when the authenticator is lost, each valid once. 120 random bits, so that a plain hash protects them.
/// </summary>
internal static class RecoveryCodes
{
    internal const int Count = 10;
    private const int Bytes = 15;
    private const int GroupLength = 4;

    internal static ImmutableArray<string> Create() =>
        [.. Enumerable.Range(0, Count).Select(_ => string.Join('-', Totp
            .Base32(RandomNumberGenerator.GetBytes(Bytes)).Chunk(GroupLength).Select(group => new string(group))))];

    /// <summary>Of the letters and digits alone: how a person groups them does not matter.</summary>
    internal static string Hash(string code) => Convert.ToHexStringLower(SHA256.HashData(
        Encoding.UTF8.GetBytes(new string([.. code.Where(char.IsLetterOrDigit)]).ToUpperInvariant())));
}
