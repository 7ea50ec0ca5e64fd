using System.Buffers.Binary;
using Ax2.Secrets;
using Ax2.TestKit.Cluster;

namespace Ax2.Benchmarks.Cluster;

/// <summary>The JSON in a row of the grain storage, encrypted or not.</summary>
internal sealed class StateReader
{
    private const string KeyId = "local";
    private readonly SecretKeys _keys;

    public StateReader(LocalCluster cluster)
    {
        var file = Path.Combine(cluster.Folder, "secrets", "state.key");
        _keys = new SecretKeys(new SecretKeyOptions { Keys = { [KeyId] = file } });
    }

    public static bool IsEncrypted(byte[] payload) => StateEnvelope.IsEncrypted(payload);

    public byte[] Read(byte[] payload, string stateName, long n0, long n1, string? extension) => IsEncrypted(payload)
        ? StateEnvelope.Decrypt(_keys, payload, stateName, GrainKey(n0, n1, extension))
        : payload;

    /// <summary>
    /// As Orleans writes it: a text of its own, a number, or a UUID and perhaps a text after it. No UUID begins with
    /// eight zeros.
    /// </summary>
    private static string GrainKey(long n0, long n1, string? extension)
    {
        if (n0 == 0)
        {
            return string.IsNullOrEmpty(extension) ? $"{n1:X}" : extension;
        }

        var id = $"{Id(n0, n1):N}";
        return string.IsNullOrEmpty(extension) ? id : $"{id}+{extension}";
    }

    /// <summary>The UUID that the storage provider keeps as two numbers.</summary>
    public static Guid Id(long n0, long n1)
    {
        Span<byte> bytes = stackalloc byte[16];
        BinaryPrimitives.WriteInt64LittleEndian(bytes, n0);
        BinaryPrimitives.WriteInt64LittleEndian(bytes[8..], n1);
        return new Guid(bytes);
    }
}
