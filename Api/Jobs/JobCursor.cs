using System.Buffers.Binary;
using System.Buffers.Text;
using System.Diagnostics.CodeAnalysis;

namespace Ax2.Jobs;

/// <summary>
/// The position in the list of jobs after the last one that was read. Opaque to clients, and no secret: it holds
/// nothing that the page did not, and only ever reads on in the caller's own workspace.
/// </summary>
internal sealed record JobCursor(DateTimeOffset CreatedAt, Guid JobId)
{
    private const byte Version = 1;
    private const int TicksAt = 1;
    private const int IdAt = 9;
    private const int Length = 25;
    private const int TextLength = 34;

    public static bool TryParse(string text, [NotNullWhen(true)] out JobCursor? cursor)
    {
        cursor = null;
        Span<byte> bytes = stackalloc byte[Length];
        if (text.Length != TextLength
            || Base64Url.DecodeFromChars(text, bytes, out _, out var written) != System.Buffers.OperationStatus.Done
            || written != Length || bytes[0] != Version)
        {
            return false;
        }

        var ticks = BinaryPrimitives.ReadInt64BigEndian(bytes[TicksAt..]);
        if (ticks < DateTimeOffset.UnixEpoch.Ticks || ticks > DateTimeOffset.MaxValue.Ticks)
        {
            return false;
        }

        cursor = new JobCursor(new DateTimeOffset(ticks, TimeSpan.Zero), new Guid(bytes[IdAt..], bigEndian: true));
        return true;
    }

    public override string ToString()
    {
        Span<byte> bytes = stackalloc byte[Length];
        bytes[0] = Version;
        BinaryPrimitives.WriteInt64BigEndian(bytes[TicksAt..], CreatedAt.UtcTicks);
        JobId.TryWriteBytes(bytes[IdAt..], bigEndian: true, out _);
        return Base64Url.EncodeToString(bytes);
    }
}
