using System.Data.Common;
using Ax2.Media;

namespace Ax2;

/// <summary>Distinguishes a want of space, which is waited out, from other faults.</summary>
internal static class NoSpace
{
    internal const string Code = MediaRefusals.StorageFull;

    /// <summary>PostgreSQL's <c>disk_full</c>: it could not extend a file, rolled back, and serves on.</summary>
    private const string DatabaseIsFull = "53100";

    internal static Refusal Refusal { get; } = new(Code, "The service has no space left to store this.");

    internal static bool IsIn(Exception? fault) => fault is not null
        && (fault is StorageFaultException { Code: Code } or DbException { SqlState: DatabaseIsFull }
            || IsIn(fault.InnerException));
}
