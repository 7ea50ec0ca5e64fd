namespace Ax2.Users;

/// <summary>Exactly one of the two is set.</summary>
/// <param name="DueAt">When the account is erased. Until then it can be kept.</param>
[GenerateSerializer, Alias("ax2.DeletionAnswer"), Immutable]
public sealed record DeletionAnswer(
    [property: Id(0)] DateTimeOffset? DueAt,
    [property: Id(1)] Refusal? Refusal);
