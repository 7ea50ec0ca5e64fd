using Ax2.Media;

namespace Ax2;

/// <summary>Distinguishes a want of space, which is waited out, from other faults.</summary>
internal static class NoSpace
{
    internal const string Code = MediaRefusals.StorageFull;

    internal static Refusal Refusal { get; } = new(Code, "The service has no space left to store this.");

    internal static bool IsIn(Exception fault) => fault is StorageFaultException { Code: Code };
}
