using System.Collections.Immutable;
using System.Text.Json.Serialization;

namespace Ax2.Credits;

/// <summary>Stored as JSON; replaced, never changed in place.</summary>
public sealed record CreditAccountState
{
    /// <summary>Version of this shape; readers accept every older one.</summary>
    public int V { get; init; } = 1;

    /// <summary>All credits of the workspace, held ones included. Only <see cref="Ledger"/> writes it.</summary>
    public long PostedCredits { get; init; }

    /// <summary>Open holds by hold id. A resolved hold is removed in the step that resolves it.</summary>
    public ImmutableDictionary<Guid, long> Holds { get; init; } = ImmutableDictionary<Guid, long>.Empty;

    /// <summary>The last answers, oldest first.</summary>
    public ImmutableArray<LedgerOperation> Operations { get; init; } = [];

    [JsonIgnore]
    public CreditBalance Balance => new(PostedCredits, Holds.Values.Sum());
}

public sealed record LedgerOperation(string OperationId, string Fingerprint, CreditAnswer Answer);
