namespace Ax2;

/// <summary>
/// Marks a stored state that holds personal data, a secret, or what somebody said: it is encrypted before it is stored.
/// Ids, times and amounts alone are not, so that an operator can read those rows.
/// </summary>
[AttributeUsage(AttributeTargets.Class)]
public sealed class ConfidentialAttribute : Attribute;
