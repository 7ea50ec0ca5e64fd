using System.Data.Common;
using System.Net.Sockets;
using Ax2.Media;

namespace Ax2.Outages;

/// <summary>
/// Which faults are an outage of the database or of a disk: neither the caller's nor ours, and over when the store is
/// back. They are known by the framework's base types, so that no vendor's are needed.
/// </summary>
public static class StorageFaults
{
    /// <summary>The code of a store that cannot be reached, starts, stops, or has no connection left.</summary>
    public const string Unavailable = "storage_unavailable";

    /// <summary>The code of a store whose disk is full.</summary>
    public const string Full = "storage_full";

    private const string DiskFull = "53100";

    /// <summary>Connections, resources, the server's shutdown and start, and the disk under it.</summary>
    private static readonly string[] OutageClasses = ["08", "53", "57P", "58"];

    /// <summary>
    /// Transactions that stood in each other's way, a server that only reads as a standby does, a lock or a statement
    /// that took too long.
    /// </summary>
    private static readonly string[] OutageStates = ["40001", "40P01", "25006", "55P03", "57014"];

    /// <summary>Null when the fault is none of a store: a bug, or data that a rule refuses.</summary>
    public static string? CodeOf(Exception fault) => fault switch
    {
        // Without a state the connection failed. A fault that crossed the wire lost its state, and has no cause either.
        DbException { SqlState: null or "" } silent => silent.InnerException is null ? null : Unavailable,
        DbException { SqlState: { } state } => CodeOf(state),
        FileNotFoundException or EndOfStreamException => null,
        IOException file => IsDiskFull(file) ? Full : Unavailable,
        UnauthorizedAccessException or SocketException => Unavailable,
        _ => null,
    };

    /// <summary>What happened in one line, for logs: the fault and its causes, without their stacks.</summary>
    public static string Describe(Exception fault)
    {
        ArgumentNullException.ThrowIfNull(fault);
        var own = $"{fault.GetType().Name}: {fault.Message.ReplaceLineEndings(" ")}";
        return fault.InnerException is { } cause ? $"{own} <- {Describe(cause)}" : own;
    }

    /// <summary>In two or three words, without addresses and names, for whoever may ask.</summary>
    public static string Reason(Exception fault) => fault switch
    {
        DbException { SqlState: { Length: > 0 } state } => $"SQLSTATE {state}",
        SocketException socket => socket.SocketErrorCode.ToString(),
        { InnerException: { } cause } => Reason(cause),
        _ => fault.GetType().Name,
    };

    /// <summary>
    /// A connection that waited in the pool may have died there. What only reads is tried once more, on another.
    /// </summary>
    public static async Task<T> ReadAsync<T>(Func<Task<T>> read)
    {
        ArgumentNullException.ThrowIfNull(read);
        try
        {
            return await read();
        }
        catch (DbException fault) when (CodeOf(fault) == Unavailable && fault.InnerException is not TimeoutException)
        {
            return await read();
        }
    }

    private static bool IsDiskFull(IOException file) => DiskObjectFile.IsDiskFull(file)
        || (file.InnerException is IOException cause && DiskObjectFile.IsDiskFull(cause));

    private static string? CodeOf(string sqlState) => sqlState switch
    {
        DiskFull => Full,
        _ => OutageClasses.Any(c => sqlState.StartsWith(c, StringComparison.Ordinal)) || OutageStates.Contains(sqlState)
            ? Unavailable
            : null,
    };
}
