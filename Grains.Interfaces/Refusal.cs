using System.Collections.Immutable;

namespace Ax2;

/// <summary>
/// Why a request was not carried out, as a value: nothing was changed and nothing is owed.
/// Faults (storage down, a bug) are exceptions; a refusal is an answer.
/// </summary>
/// <param name="Code">
/// Stable, lower snake case, one of the slice's <c>*Refusals</c> constants. Clients branch on it.
/// </param>
/// <param name="Message">One English sentence for a person. It may change; never parse it.</param>
/// <param name="Figures">Numbers that belong to the reason, named with their unit (<c>shortfallCredits</c>).</param>
[GenerateSerializer, Alias("ax2.Refusal"), Immutable]
public sealed record Refusal(
    [property: Id(0)] string Code,
    [property: Id(1)] string Message,
    [property: Id(2)] ImmutableDictionary<string, long>? Figures = null);
