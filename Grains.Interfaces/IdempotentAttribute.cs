namespace Ax2;

/// <summary>
/// A call whose repeat does no more than the call itself and answers the same: a read, or a command that its key or its
/// arguments identify. Who lost the answer may send it again; the API does.
/// </summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class IdempotentAttribute : Attribute;
