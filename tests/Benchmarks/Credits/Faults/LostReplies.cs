using System.Buffers.Binary;

namespace Ax2.Benchmarks.Credits.Faults;

/// <summary>
/// Looks at what PostgreSQL answers the silos. When asked to, it lets a ledger commit through, waits until the server
/// has said that it is done, and has the connection cut instead of passing that on.
/// </summary>
internal sealed class LostReplies
{
    private int _toDrop;
    private int _dropped;

    public int Dropped => _dropped;

    public void Drop(int count) => Interlocked.Exchange(ref _toDrop, count);

    /// <summary>The server sends the reply with the end of its transaction in one flush.</summary>
    public bool MayPass(ReadOnlyMemory<byte> reply)
    {
        if (!IsCommitReply(reply.Span) || Interlocked.Decrement(ref _toDrop) < 0)
        {
            return true;
        }

        Interlocked.Increment(ref _dropped);
        return false;
    }

    /// <summary>
    /// A row of the ledger's commit statement (a uuid and two booleans) followed by "ready for query", which comes
    /// after the commit.
    /// </summary>
    private static bool IsCommitReply(ReadOnlySpan<byte> reply)
    {
        const byte Row = (byte)'D', Ready = (byte)'Z';
        const int RowLength = 4 + 2 + 4 + 16 + 4 + 1 + 4 + 1;
        var hasRow = false;
        while (reply.Length >= 5)
        {
            var length = BinaryPrimitives.ReadInt32BigEndian(reply[1..]);
            hasRow |= reply[0] == Row && length == RowLength;
            if (hasRow && reply[0] == Ready)
            {
                return true;
            }

            if (length < 4 || reply.Length < length + 1)
            {
                return false;
            }

            reply = reply[(length + 1)..];
        }

        return false;
    }
}
