using System.Data.Common;

namespace Ax2;

/// <summary>Distinguishes a want of space, which is waited out, from other faults.</summary>
internal static class NoSpace
{
    /// <summary>PostgreSQL's <c>disk_full</c>: it could not extend a file, rolled back, and serves on.</summary>
    private const string DatabaseIsFull = "53100";

    internal static Refusal Refusal { get; } =
        new(NoSpaceException.Code, "The service has no space left to store this. Nothing is lost.");

    internal static bool IsIn(Exception? fault) => fault is not null
        && (fault is NoSpaceException or DbException { SqlState: DatabaseIsFull } || IsIn(fault.InnerException));

    /// <summary>Runs a write of state, whose fault must be the same to a caller on another silo.</summary>
    internal static async Task WriteAsync(Func<Task> write)
    {
        try
        {
            await write();
        }
        catch (Exception e) when (e is not NoSpaceException && IsIn(e))
        {
            throw new NoSpaceException($"The database has no space left: {e.Message}");
        }
    }
}
