using System.Collections.Immutable;

namespace Ax2.Captions;

/// <summary>What the service can recognise. Key: 0; any silo answers.</summary>
[Alias("ax2.ISpeechCatalogGrain")]
public interface ISpeechCatalogGrain : IGrainWithIntegerKey
{
    /// <summary>Spoken languages that a job may name, BCP 47, in alphabetical order.</summary>
    [Alias("GetLanguages"), Idempotent]
    Task<ImmutableArray<string>> GetLanguages();
}
