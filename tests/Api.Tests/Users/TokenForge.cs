using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Ax2.Users;

/// <summary>Takes a good access token apart and puts a bad one together.</summary>
internal static class TokenForge
{
    /// <summary>The token with changes to its header and claims, signed anew.</summary>
    public static string Forge(
        string token, ECDsa key, Action<JsonObject>? header = null, Action<JsonObject>? claims = null) =>
        Write(token, header, claims, signed => key.SignData(
            signed, HashAlgorithmName.SHA256, DSASignatureFormat.IeeeP1363FixedFieldConcatenation));

    /// <summary>The same with a signature of the test's own making.</summary>
    public static string Write(
        string token, Action<JsonObject>? header, Action<JsonObject>? claims, Func<byte[], byte[]> sign)
    {
        var parts = token.Split('.');
        var signed = $"{Change(parts[0], header)}.{Change(parts[1], claims)}";
        return $"{signed}.{Base64Url.EncodeToString(sign(Encoding.ASCII.GetBytes(signed)))}";
    }

    private static string Change(string part, Action<JsonObject>? change)
    {
        var fields = JsonNode.Parse(Base64Url.DecodeFromChars(part))!.AsObject();
        change?.Invoke(fields);
        return Base64Url.EncodeToString(JsonSerializer.SerializeToUtf8Bytes(fields));
    }
}
